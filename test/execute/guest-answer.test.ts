// What an isolate answers is a stranger's word: everything but a report of the right form is refused, and no answer
// is read for ever.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { GuestReport, GuestStreamLine } from "../../schemas/guest.ts";
import type { LogLine } from "../../schemas/run.ts";
import { BadGuestAnswer, readGuestAnswer } from "../../worker/execute/guest-answer.ts";

const LIMIT = 64 * 1024;
const REPORT: GuestReport = {
  ending: { type: "ok", result: null },
  logs: [{ at: 1, level: "info", content: "said" }],
  droppedLogLines: 0,
  refusals: [],
  cpuMs: 3,
};

interface Read {
  readonly report: GuestReport;
  readonly lines: LogLine[];
}

async function read(response: Response, limit = LIMIT): Promise<Read> {
  const lines: LogLine[] = [];
  const report = await readGuestAnswer(response, limit, (line) => lines.push(line));
  return { report, lines };
}

function json(value: unknown): Response {
  return Response.json(value);
}

function stream(...pieces: string[]): Response {
  const encoder = new TextEncoder();
  return new Response(
    new ReadableStream({
      start(controller) {
        for (const piece of pieces) controller.enqueue(encoder.encode(piece));
        controller.close();
      },
    }),
    { headers: { "content-type": "application/x-ndjson" } },
  );
}

function lines(...given: (GuestStreamLine | string)[]): string[] {
  return given.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`);
}

/** Never ends; `sent` says how much of it was asked for. */
function endless(
  contentType: string,
  piece: string,
): { response: Response; sent: () => number; cancelled: () => boolean } {
  const bytes = new TextEncoder().encode(piece);
  let sent = 0;
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      sent += bytes.byteLength;
      // Finite in case nobody stops it.
      if (sent > 100 * LIMIT) controller.close();
      else controller.enqueue(bytes.slice());
    },
    cancel() {
      cancelled = true;
    },
  });
  const response = new Response(body, { headers: { "content-type": contentType } });
  return { response, sent: () => sent, cancelled: () => cancelled };
}

describe("a report", () => {
  test("in one piece", async () => {
    expect(await read(json(REPORT))).toEqual({ report: REPORT, lines: [] });
  });

  test("as a stream, its lines as they come", async () => {
    const log = { at: 2, level: "debug", content: "é\n漢" } as const;
    expect(await read(stream(...lines({ log }, { log }, { report: REPORT })))).toEqual({
      report: REPORT,
      lines: [log, log],
    });
  });

  test("cut anywhere, also inside a character, is the same report", async () => {
    const log = { at: 2, level: "error", content: "aé漢😀" } as const;
    const bytes = new TextEncoder().encode(lines({ log }, { report: REPORT }).join(""));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: bytes.byteLength }), { maxLength: 10 }), async (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.byteLength];
        const body = new ReadableStream<Uint8Array>({
          start(controller) {
            at.slice(1).forEach((to, i) => {
              if (to > (at[i] ?? 0)) controller.enqueue(bytes.slice(at[i], to));
            });
            controller.close();
          },
        });
        expect(await read(new Response(body))).toEqual({ report: REPORT, lines: [log] });
      }),
      { numRuns: 50 },
    );
  });

  test("without a line end after it", async () => {
    expect((await read(stream(JSON.stringify({ report: REPORT })))).report).toEqual(REPORT);
  });

  test("what comes after it is not read", async () => {
    const after = lines({ report: REPORT }, "not JSON", { report: { ...REPORT, cpuMs: 9 } });
    expect((await read(stream(...after))).report).toEqual(REPORT);
  });
});

describe("no report", () => {
  const { ending: _, ...withoutEnding } = REPORT;
  test.each<[string, () => Response]>([
    ["nothing", () => new Response(null)],
    ["an empty stream", () => stream()],
    ["empty JSON", () => new Response("", { headers: { "content-type": "application/json" } })],
    ["text", () => new Response("hello", { headers: { "content-type": "application/json" } })],
    ["a stream of text", () => stream("hello\n")],
    ["log lines, then nothing", () => stream(...lines({ log: { at: 1, level: "info", content: "a" } }))],
    ["an empty line", () => stream("\n", ...lines({ report: REPORT }))],
    ["null", () => json(null)],
    ["a list", () => json([REPORT])],
    ["no ending", () => json(withoutEnding)],
    ["an ending nobody knows", () => json({ ...REPORT, ending: { type: "fine" } })],
    ["a result that is no text", () => json({ ...REPORT, ending: { type: "ok", result: { big: 1 } } })],
    ["an error without a name", () => json({ ...REPORT, ending: { type: "threw", message: "a", stack: null } })],
    ["a level nobody knows", () => json({ ...REPORT, logs: [{ at: 1, level: "fatal", content: "" }] })],
    ["a line that is no text", () => json({ ...REPORT, logs: [{ at: 1, level: "info", content: 7 }] })],
    ["no time", () => json({ ...REPORT, logs: [{ at: null, level: "info", content: "" }] })],
    ["a capability nobody knows", () => json({ ...REPORT, refusals: [{ capability: "root", wanted: "", at: 1 }] })],
    [
      "an endless refusal",
      () => json({ ...REPORT, refusals: [{ capability: "net", wanted: "x".repeat(513), at: 1 }] }),
    ],
  ])("%s", async (_, answer) => {
    await expect(read(answer())).rejects.toThrow(BadGuestAnswer);
  });

  test("log lines that came before are kept", async () => {
    const kept: LogLine[] = [];
    const log = { at: 1, level: "info", content: "before" } as const;
    const answer = readGuestAnswer(stream(...lines({ log }, "{")), LIMIT, (line) => kept.push(line));
    await expect(answer).rejects.toThrow(BadGuestAnswer);
    expect(kept).toEqual([log]);
  });

  test("any JSON at all is a report or refused", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.boolean(), async (value, streamed) => {
        const answer = streamed ? stream(...lines(JSON.stringify(value))) : json(value);
        await expect(read(answer)).rejects.toThrow(BadGuestAnswer);
      }),
    );
  });
});

describe("an answer that is too long", () => {
  test.each([
    ["JSON", "application/json", " ".repeat(4096)],
    ["one line", "application/x-ndjson", "x".repeat(4096)],
    [
      "log lines",
      "application/x-ndjson",
      `${JSON.stringify({ log: { at: 1, level: "info", content: "again" } })}\n`.repeat(50),
    ],
    ["characters of three bytes", "application/x-ndjson", "漢".repeat(2048)],
  ])("%s without an end is left", async (_, contentType, piece) => {
    const answer = endless(contentType, piece);
    await expect(read(answer.response)).rejects.toThrow(/answer is over/);
    expect(answer.sent()).toBeLessThan(4 * LIMIT);
    expect(answer.cancelled()).toBe(true);
  });

  test("a report of just the limit is read, one byte more is not", async () => {
    const text = JSON.stringify({ ...REPORT, ending: { type: "ok", result: "é".repeat(1_000) } });
    const bytes = new TextEncoder().encode(text).byteLength;
    const answer = (): Response => new Response(text, { headers: { "content-type": "application/json" } });
    expect((await read(answer(), bytes)).report.ending.type).toBe("ok");
    await expect(read(answer(), bytes - 1)).rejects.toThrow(/answer is over/);
  });
});
