// What an isolate answers is a stranger's word: everything but a report of the right form is refused, and no answer
// is read for ever.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { GuestReport, GuestStreamLine } from "../../schemas/guest.ts";
import type { LogLine } from "../../schemas/run.ts";
import { BadGuestAnswer, readGuestAnswer, type RunReader } from "../../worker/execute/guest-answer.ts";

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
  const [read] = await readAll(response, 1, limit);
  if (read?.report === undefined) throw new Error("no report, and nobody says so");
  return { report: read.report, lines: read.lines };
}

interface ReadOfMany {
  report?: GuestReport;
  readonly lines: LogLine[];
}

/** Reads the answer of a call of `count` runs. */
async function readAll(response: Response, count: number, limit = LIMIT): Promise<ReadOfMany[]> {
  const reads = Array.from({ length: count }, (): ReadOfMany => ({ lines: [] }));
  await readGuestAnswer(response, limit, reads.map(toReader));
  return reads;
}

function toReader(read: ReadOfMany): RunReader {
  return {
    onLog: (line) => read.lines.push(line),
    onReport: (report) => {
      if (read.report !== undefined) throw new Error("reported twice");
      read.report = report;
    },
  };
}

/** The answer of a call of one run. */
function json(report: unknown): Response {
  return Response.json([report]);
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
    expect(await read(stream(...lines({ run: 0, log }, { run: 0, log }, { run: 0, report: REPORT })))).toEqual({
      report: REPORT,
      lines: [log, log],
    });
  });

  test("cut anywhere, also inside a character, is the same report", async () => {
    const log = { at: 2, level: "error", content: "aé漢😀" } as const;
    const bytes = new TextEncoder().encode(lines({ run: 0, log }, { run: 0, report: REPORT }).join(""));
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
    expect((await read(stream(JSON.stringify({ run: 0, report: REPORT })))).report).toEqual(REPORT);
  });

  test("what comes after it is not read", async () => {
    const after = lines({ run: 0, report: REPORT }, "not JSON", { run: 0, report: { ...REPORT, cpuMs: 9 } });
    expect((await read(stream(...after))).report).toEqual(REPORT);
  });
});

describe("several reports", () => {
  const [first, second] = [REPORT, { ...REPORT, cpuMs: 7 }];
  const log = (content: string): LogLine => ({ at: 1, level: "info", content });

  test("in one piece are each run's own", async () => {
    const reads = await readAll(Response.json([first, second]), 2);
    expect(reads.map(({ report }) => report)).toEqual([first, second]);
  });

  test("as a stream come in any order, with each run's lines", async () => {
    const streamed = lines(
      { run: 1, log: log("b") },
      { run: 0, log: log("a") },
      { run: 1, report: second },
      { run: 0, log: log("aa") },
      { run: 0, report: first },
    );
    expect(await readAll(stream(...streamed), 2)).toEqual([
      { report: first, lines: [log("a"), log("aa")] },
      { report: second, lines: [log("b")] },
    ]);
  });

  test.each<[string, () => Response]>([
    ["one is missing", () => Response.json([first])],
    ["one of a stream is missing", () => stream(...lines({ run: 0, report: first }))],
    ["one comes twice", () => stream(...lines({ run: 0, report: first }, { run: 0, report: first }))],
    ["one goes on logging", () => stream(...lines({ run: 0, report: first }, { run: 0, log: log("after") }))],
    ["one is of nobody", () => stream(...lines({ run: 2, report: first }))],
  ])("are refused where %s", async (_, answer) => {
    await expect(readAll(answer(), 2)).rejects.toThrow(BadGuestAnswer);
  });

  test("that came before the answer broke are kept", async () => {
    const reads: ReadOfMany[] = [{ lines: [] }, { lines: [] }];
    const answer = readGuestAnswer(stream(...lines({ run: 1, report: second }, "{")), LIMIT, reads.map(toReader));
    await expect(answer).rejects.toThrow(BadGuestAnswer);
    expect(reads.map(({ report }) => report)).toEqual([undefined, second]);
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
    ["log lines, then nothing", () => stream(...lines({ run: 0, log: { at: 1, level: "info", content: "a" } }))],
    ["an empty line", () => stream("\n", ...lines({ run: 0, report: REPORT }))],
    ["null", () => json(null)],
    ["a list", () => json([REPORT])],
    ["no list", () => Response.json(REPORT)],
    ["nobody's report", () => Response.json([])],
    ["two runs' reports", () => Response.json([REPORT, REPORT])],
    ["a streamed report of another run", () => stream(...lines({ run: 1, report: REPORT }))],
    ["a streamed report of no run", () => stream(...lines(JSON.stringify({ report: REPORT })))],
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
    const kept: ReadOfMany = { lines: [] };
    const log = { at: 1, level: "info", content: "before" } as const;
    const answer = readGuestAnswer(stream(...lines({ run: 0, log }, "{")), LIMIT, [toReader(kept)]);
    await expect(answer).rejects.toThrow(BadGuestAnswer);
    expect(kept).toEqual({ lines: [log] });
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
      `${JSON.stringify({ run: 0, log: { at: 1, level: "info", content: "again" } })}\n`.repeat(50),
    ],
    ["characters of three bytes", "application/x-ndjson", "漢".repeat(2048)],
  ])("%s without an end is left", async (_, contentType, piece) => {
    const answer = endless(contentType, piece);
    await expect(read(answer.response)).rejects.toThrow(/answer is over/);
    expect(answer.sent()).toBeLessThan(4 * LIMIT);
    expect(answer.cancelled()).toBe(true);
  });

  test("a report of just the limit is read, one byte more is not", async () => {
    const text = JSON.stringify([{ ...REPORT, ending: { type: "ok", result: "é".repeat(1_000) } }]);
    const bytes = new TextEncoder().encode(text).byteLength;
    const answer = (): Response => new Response(text, { headers: { "content-type": "application/json" } });
    expect((await read(answer(), bytes)).report.ending.type).toBe("ok");
    await expect(read(answer(), bytes - 1)).rejects.toThrow(/answer is over/);
  });
});
