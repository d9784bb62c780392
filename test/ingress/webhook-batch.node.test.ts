// The batch's format: whatever is put in comes out again.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batchHead, readBatch, type BatchedCall } from "../../schemas/webhook-batch.ts";

const text = fc.option(
  fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom("\n", "\r", "\u2028", "\u2029", '"', "\\", "\0", "\ufeff", "a", "🐟") }),
    fc.constantFrom("\ud800", "\udc00x", "__proto__"),
  ),
);
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.uint8Array({ min: 10, max: 13, maxLength: 20 }),
  fc.constantFrom("\n", "\n\n[]\n", '{"a":1}\n', "\u2028", "\ufeff{}").map((said) => new TextEncoder().encode(said)),
);
const gathered = fc.array(
  fc
    .record({ plugin: text, project: text, authorization: text, client: text, body: bytes })
    .map(({ body, ...said }) => ({ call: { ...said, bodyBytes: body.byteLength }, body: Uint8Array.from(body) })),
  { maxLength: 100 },
);

function toBatch(all: readonly { readonly call: BatchedCall; readonly body: Uint8Array }[]): Buffer {
  return Buffer.concat([batchHead(all.map(({ call }) => call)), ...all.map(({ body }) => body)]);
}

describe("a batch", () => {
  it("gives its calls and bodies back", () => {
    fc.assert(
      fc.property(gathered, (all) => {
        const read = readBatch(toBatch(all)).map(({ call, body }) => ({ call, body: Uint8Array.from(body) }));
        expect(read).toEqual(all);
      }),
    );
  });

  it("has a head of one line", () => {
    fc.assert(
      fc.property(gathered, (all) => {
        const head = batchHead(all.map(({ call }) => call));
        expect(head.indexOf(10)).toBe(head.byteLength - 1);
      }),
    );
  });

  it.each(["", "[]", "{}\n", "null\n", "[1]\n", '[{"plugin":null}]\n', "\n[]"])("is not %j", (said) => {
    expect(() => readBatch(new TextEncoder().encode(said))).toThrow();
  });

  it.each([-1, 0.5, "1", null])("has no body of %j bytes", (bodyBytes) => {
    const call = { plugin: null, project: null, authorization: null, client: null, bodyBytes };
    expect(() => readBatch(new TextEncoder().encode(`${JSON.stringify([call])}\nabc`))).toThrow();
  });

  it("is none where bodies are missing", () => {
    const call = { plugin: null, project: null, authorization: null, client: null, bodyBytes: 4 };
    expect(() => readBatch(new TextEncoder().encode(`${JSON.stringify([call])}\nabc`))).toThrow();
  });
});
