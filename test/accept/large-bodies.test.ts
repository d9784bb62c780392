// Bodies near and over the cap: journalled in pieces, and whole again when they reach the plugin.
import { beforeAll, describe, expect, test } from "vitest";
import { MAX_BODY_BYTES } from "../../worker/limits.ts";
import { useInlinePlugin } from "../dispatch/inline-plugin.ts";
import { fetchHost, waitForRuns, WEBHOOK_SECRET } from "../test-host.ts";

// A checksum that sees every character and its place.
const SUM = `
  onSubmit({ label }) {
    const text = label.text;
    let sum = 0;
    for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) | 0;
    return { length: text.length, sum };
  }`;

function checksum(text: string): { length: number; sum: number } {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) | 0;
  return { length: text.length, sum };
}

beforeAll(async () => {
  const limits = { cpu_ms: 30_000, timeout_ms: 60_000, subrequests: 0, log_lines: 10 };
  await useInlinePlugin({ name: "sum", projects: ["large"], source: SUM, manifest: { limits } });
});

function envelope(text: string): Uint8Array<ArrayBuffer> {
  const payload = { label: { id: "large", text }, asset_id: "a" };
  return new TextEncoder().encode(
    JSON.stringify({ eventType: "onSubmit", logPayload: { projectId: "large" }, payload }),
  );
}

/** An envelope of exactly `bytes` bytes, its label's text made of `unit`. */
function bodyOf(bytes: number, unit: string): { body: Uint8Array<ArrayBuffer>; text: string } {
  const room = bytes - envelope("").byteLength;
  const unitBytes = new TextEncoder().encode(unit).byteLength;
  const whole = Math.floor(room / unitBytes);
  const text = unit.repeat(whole) + "x".repeat(room - whole * unitBytes);
  return { body: envelope(text), text };
}

function post(body: BodyInit): Promise<Response> {
  return fetchHost("/webhook", { method: "POST", headers: { authorization: WEBHOOK_SECRET }, body });
}

/** The same bytes without a declared length. */
function streamed(bytes: Uint8Array, pieceBytes = 64 * 1024): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.byteLength) return controller.close();
      controller.enqueue(bytes.slice(at, at + pieceBytes));
      at += pieceBytes;
    },
  });
}

async function expectIntact(answer: Response, text: string): Promise<void> {
  expect(answer.status).toBe(202);
  const { id } = await answer.json<{ id: string }>();
  const [run] = await waitForRuns(id, 1);
  expect(run?.outcome).toEqual({ type: "ok", result: JSON.stringify(checksum(text)) });
}

describe("bodies as large as they may be", () => {
  test.each([
    ["ASCII", "abcdefg"],
    ["characters of two, three and four bytes", "aé漢😀"],
  ])("%s", async (_, unit) => {
    const { body, text } = bodyOf(MAX_BODY_BYTES, unit);
    expect(body.byteLength).toBe(MAX_BODY_BYTES);
    await expectIntact(await post(body), text);
  });

  test("without a declared length", async () => {
    const { body, text } = bodyOf(MAX_BODY_BYTES, "aé漢😀");
    await expectIntact(await post(streamed(body)), text);
  });

  // Around the sizes where a body changes its form in the journal.
  test.each([256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 1_000_000, 1_000_001, 2_000_000])(
    "%d bytes",
    async (bytes) => {
      const { body, text } = bodyOf(bytes, "é漢");
      await expectIntact(await post(body), text);
    },
  );

  test("a byte order mark before a large body", async () => {
    const { body, text } = bodyOf(300_000, "é");
    await expectIntact(await post(new Blob([new Uint8Array([0xef, 0xbb, 0xbf]), body])), text);
  });
});

describe("bodies over the cap", () => {
  test("with a declared length", async () => {
    const { body } = bodyOf(MAX_BODY_BYTES + 1, "a");
    const answer = await post(body);
    expect([answer.status, (await answer.json<{ error: { code: string } }>()).error.code]).toEqual([
      413,
      "body_too_large",
    ]);
  });

  test("without one, read no further than the cap", async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        const piece = new Uint8Array(1024 * 1024).fill(0x20);
        sent += piece.byteLength;
        // Far over the cap, and finite in case it is not enforced.
        if (sent > 4 * MAX_BODY_BYTES) controller.close();
        else controller.enqueue(piece);
      },
    });
    const answer = await post(endless);
    expect([answer.status, (await answer.json<{ error: { code: string } }>()).error.code]).toEqual([
      413,
      "body_too_large",
    ]);
    expect(sent).toBeLessThan(2 * MAX_BODY_BYTES);
  });
});
