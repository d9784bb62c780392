// Reads what an isolate answers for the runs of a call. The guest is a stranger: every field is checked and every size is
// capped.
import * as v from "valibot";
import type { GuestReport } from "../../schemas/guest.ts";
import { LOG_LEVELS, ThrewSchema, type LogLine } from "../../schemas/run.ts";

// What readers of runs are shown as a whole number.
const Count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 31 - 1));

const LogLineSchema = v.object({ at: v.number(), level: v.picklist(LOG_LEVELS), content: v.string() });

const PositionSchema = v.object({ file: v.pipe(v.string(), v.maxLength(512)), line: Count, column: Count });

const EndingSchema = v.variant("type", [
  v.object({ type: v.literal("ok"), result: v.nullable(v.string()) }),
  v.object({ type: v.literal("result_limit"), bytes: Count }),
  ThrewSchema,
  v.object({ type: v.literal("cpu_limit"), stack: v.nullable(v.string()), where: v.nullish(PositionSchema) }),
  v.object({ type: v.literal("memory_limit"), message: v.string() }),
  v.object({ type: v.literal("not_begun") }),
]);

const ReportSchema = v.object({
  ending: EndingSchema,
  logs: v.array(LogLineSchema),
  droppedLogLines: Count,
  refusals: v.array(
    v.object({
      capability: v.picklist(["kili", "net", "env", "import"]),
      wanted: v.pipe(v.string(), v.maxLength(512)),
      at: v.number(),
    }),
  ),
  cpuMs: v.nullable(Count),
});

const ReportsSchema = v.array(ReportSchema);

const StreamLineSchema = v.union([
  v.object({ run: Count, log: LogLineSchema }),
  v.object({ run: Count, report: ReportSchema }),
]);

/** Where the harness puts short reports, which spares a turn of reading a stream. */
const REPORTS_HEADER = "x-kili-edge-reports";

/** Who is told what a call's runs say. */
export interface RunReader {
  /** Gets each streamed line as it comes, so that lines survive a run that is cut off. */
  readonly onLog: (line: LogLine) => void;
  /** Gets the report, once. */
  readonly onReport: (report: GuestReport) => void;
}

/** Why an answer is not taken at its word. */
export class BadGuestAnswer extends Error {
  override readonly name = "BadGuestAnswer";
}

/**
 * Reads the answer of a call of as many runs as there are readers, until each of them has had its report. Throws
 * `BadGuestAnswer` for an answer no harness of ours gives, and whatever reading the body throws.
 */
export async function readGuestAnswer(
  response: Response,
  limitBytes: number,
  readers: readonly RunReader[],
): Promise<void> {
  const short = response.headers.get(REPORTS_HEADER);
  if (short !== null) {
    if (short.length > limitBytes) throw new BadGuestAnswer(`answer is over ${limitBytes} bytes`);
    return tellReports(short, readers);
  }
  if (response.body === null) throw new BadGuestAnswer("answer has no body");
  const body = response.body as ReadableStream<Uint8Array>;
  if (response.headers.get("content-type")?.startsWith("application/json") === true) {
    let text = "";
    for await (const piece of piecesOf(body, limitBytes)) text += piece;
    return tellReports(text, readers);
  }
  const waiting = new Map(readers.entries());
  // Line by line, each run has as much as it would have alone.
  for await (const line of linesOf(piecesOf(body, limitBytes * readers.length))) {
    const parsed = parse(StreamLineSchema, line);
    const reader = waiting.get(parsed.run);
    if (reader === undefined) throw new BadGuestAnswer(`answer is about run ${parsed.run}, which is over or not there`);
    if ("log" in parsed) reader.onLog(parsed.log);
    else {
      waiting.delete(parsed.run);
      reader.onReport(parsed.report);
    }
    if (waiting.size === 0) return;
  }
  throw new BadGuestAnswer("answer ended without a report");
}

function tellReports(text: string, readers: readonly RunReader[]): void {
  const reports = parse(ReportsSchema, text);
  if (reports.length !== readers.length)
    throw new BadGuestAnswer(`answer holds ${reports.length} reports, wanted ${readers.length}`);
  readers.forEach((reader, index) => reader.onReport(reports[index] as GuestReport));
}

function parse<Schema extends v.GenericSchema>(schema: Schema, text: string): v.InferOutput<Schema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new BadGuestAnswer("answer is not JSON");
  }
  const parsed = v.safeParse(schema, json);
  if (!parsed.success) throw new BadGuestAnswer(`answer is not a report: ${parsed.issues[0].message}`);
  return parsed.output;
}

/** The body as text. Leaving it, by its limit or by the caller, cancels the body and with it the guest. */
async function* piecesOf(body: ReadableStream<Uint8Array>, limitBytes: number): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let read = 0;
  for await (const chunk of body) {
    read += chunk.byteLength;
    if (read > limitBytes) throw new BadGuestAnswer(`answer is over ${limitBytes} bytes`);
    yield decoder.decode(chunk, { stream: true });
  }
}

async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const piece of pieces) {
    const [first = "", ...others] = piece.split("\n");
    rest += first;
    for (const line of others) {
      yield rest;
      rest = line;
    }
  }
  if (rest.length > 0) yield rest;
}
