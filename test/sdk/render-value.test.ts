import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderValue } from "../../plugins/sdk/render-value.ts";

const MOST = 8_192;

class Asset {
  readonly id = "asset-1";
}

describe("renderValue", () => {
  it.each<[unknown, string]>([
    ["text", "text"],
    ['nested "text"', 'nested "text"'],
    [["a", 'b"c'], '["a", "b\\"c"]'],
    [12, "12"],
    [-0, "-0"],
    [NaN, "NaN"],
    [12n, "12n"],
    [true, "true"],
    [null, "null"],
    [undefined, "undefined"],
    [Symbol("s"), "Symbol(s)"],
    [function named() {}, "[function named]"],
    [{}, "{}"],
    [[], "[]"],
    [{ key: "description", newValue: null, "odd key": [1] }, '{ key: "description", newValue: null, "odd key": [1] }'],
    [new Map<unknown, unknown>([["a", 1]]), "Map { a: 1 }"],
    [new Set([1, "b"]), 'Set [1, "b"]'],
    [new Date(0), "1970-01-01T00:00:00.000Z"],
    [new Date(NaN), "Invalid Date"],
    [/a+/g, "/a+/g"],
    [new URL("https://example.com/a"), "https://example.com/a"],
    [new Uint8Array(3), "[3 bytes]"],
    [Promise.resolve(1), "[promise]"],
    [new Asset(), 'Asset { id: "asset-1" }'],
    [Object.create(null), "{}"],
  ])("writes %o", (value, text) => {
    expect(renderValue(value)).toBe(text);
  });

  it("writes errors with stack and cause", () => {
    const text = renderValue(new TypeError("outer", { cause: new Error("inner") }));
    expect(text).toMatch(/^TypeError: outer\n\s+at /);
    expect(text).toContain("caused by Error: inner");
  });

  it("marks what is circular, and writes what is only repeated", () => {
    const self: Record<string, unknown> = {};
    self["self"] = self;
    expect(renderValue(self)).toBe("{ self: [circular] }");
    const shared = { a: 1 };
    expect(renderValue([shared, shared])).toBe("[{ a: 1 }, { a: 1 }]");
  });

  it("bounds depth, width and length", () => {
    let deep: unknown = "bottom";
    for (let level = 0; level < 10_000; level += 1) deep = [deep];
    expect(renderValue(deep)).toBe("[[[[[[[…]]]]]]]");
    expect(renderValue(Array.from({ length: 1_000_000 }, () => 0))).toMatch(/0, … 999900 more\]$/);
    expect(renderValue("x".repeat(1_000_000))).toHaveLength(MOST);
    expect(renderValue({ a: "x".repeat(1_000_000) }).length).toBeLessThanOrEqual(MOST);
    const wide = (levels: number): unknown => (levels === 0 ? 0 : Array.from({ length: 50 }, () => wide(levels - 1)));
    expect(renderValue(wide(4)).length).toBeLessThanOrEqual(MOST);
  });

  it("writes a whole label, and ends with a wide tree of nothing", () => {
    const corner = { x: 0.25, y: 0.5 };
    const annotation = { mid: "mid", boundingPoly: [{ normalizedVertices: [corner, corner, corner, corner] }] };
    const label = { jsonResponse: { JOB_0: { annotations: Array.from({ length: 40 }, () => annotation) } } };
    expect(renderValue(label.jsonResponse.JOB_0)).not.toContain("more");
    const empty = (levels: number): unknown =>
      levels === 0 ? {} : Array.from({ length: 100 }, () => (levels === 1 ? {} : shared.get(levels - 1)));
    const shared = new Map<number, unknown>();
    for (let level = 1; level <= 5; level += 1) shared.set(level, empty(level));
    expect(renderValue(shared.get(5)).length).toBeLessThanOrEqual(MOST);
  });

  it("does not read what it does not write", () => {
    let reads = 0;
    const counting = new Proxy(
      {},
      {
        ownKeys: () => Array.from({ length: 10_000 }, (_, index) => `k${index}`),
        getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 0 }),
        get: () => (reads += 1),
      },
    );
    renderValue(counting);
    expect(reads).toBeLessThan(200);
  });

  it.each<[string, unknown]>([
    ["a getter that throws", Object.defineProperty({}, "a", { enumerable: true, get: refuse })],
    ["a revoked proxy", revoked()],
    ["an error whose message throws", Object.defineProperty(new Error("x"), "message", { get: refuse })],
    ["a prototype that throws", new Proxy({}, { getPrototypeOf: refuse })],
    ["a function whose name is a symbol", Object.defineProperty(() => {}, "name", { value: Symbol("s") })],
    ["an error whose name is an object", Object.assign(new Error("x"), { name: Object.create(null) as object })],
  ])("never throws: %s", (_, value) => {
    expect(renderValue(value)).toContain("[unreadable]");
  });

  it("gives bounded text for any value", () => {
    fc.assert(
      fc.property(fc.anything({ withMap: true, withSet: true, withDate: true, withBigInt: true }), (value) => {
        expect(renderValue(value).length).toBeLessThanOrEqual(MOST);
      }),
      { numRuns: 300 },
    );
  });
});

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function refuse(): never {
  throw new Error("no");
}
