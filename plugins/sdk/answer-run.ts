// How a harness answers the host: with the run's report alone if the run is quick, else with its log lines as they come
// and the report at the end. It does not run anything.
import type { GuestEnding, GuestReport, GuestStreamLine } from "../../schemas/guest.ts";
import type { GuestRun } from "./guest-run.ts";

/** A run that ends within this time answers in one piece, which costs half as much as a stream. */
const QUICK_ANSWER_MS = 100;
const REPORT_HEADER = "x-kili-edge-report";
const MAX_HEADER_REPORT_CHARS = 4 * 1024;

// What is needed of the globals, taken while they are still the platform's.
const startTimer = setTimeout.bind(globalThis);
const stopTimer = clearTimeout.bind(globalThis);
const toJson = JSON.stringify.bind(JSON);
const answerJson = Response.json.bind(Response);
/** Whether a text is what an HTTP header carries unchanged. */
const isHeaderSafe = RegExp.prototype.test.bind(/^[\x20-\x7e]*$/);

/** Answers for a run whose ending is to come. `ending` must not reject. */
export async function answerRun(run: GuestRun, ending: Promise<GuestEnding>): Promise<Response> {
  const quick = await settledWithin(ending, QUICK_ANSWER_MS);
  return quick === null ? streamReport(run, ending) : answerAtOnce(toReport(run, quick));
}

/** A short report goes in a header, which spares the host a turn of reading a stream. */
function answerAtOnce(report: GuestReport): Response {
  const text = toJson(report);
  if (text.length > MAX_HEADER_REPORT_CHARS || !isHeaderSafe(text)) return answerJson(report);
  return new Response(null, { headers: { [REPORT_HEADER]: text } });
}

/**
 * The ending, or null when there is none after `ms`. Written without `Promise.race` and `then`, which a plugin can
 * patch: `await` alone asks nobody.
 */
function settledWithin(ending: Promise<GuestEnding>, ms: number): Promise<GuestEnding | null> {
  return new Promise((resolve) => {
    const timer = startTimer(resolve, ms, null);
    const settle = async (): Promise<void> => {
      const end = await ending;
      stopTimer(timer);
      resolve(end);
    };
    void settle();
  });
}

function streamReport(run: GuestRun, ending: Promise<GuestEnding>): Response {
  const encoder = new TextEncoder();
  // A pending timer keeps the runtime from calling a silent handler hung before its time is up.
  const awake = startTimer(() => {}, run.props.timeoutMs * 2);
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const send = (line: GuestStreamLine): void => controller.enqueue(encoder.encode(`${toJson(line)}\n`));
      for (const log of run.takeLogs()) send({ log });
      run.onLog = (log) => send({ log });
      const finish = async (): Promise<void> => {
        const end = await ending;
        run.onLog = null;
        send({ report: toReport(run, end) });
        stopTimer(awake);
        controller.close();
      };
      void finish();
    },
  });
  return new Response(body, { headers: { "content-type": "application/x-ndjson" } });
}

function toReport(run: GuestRun, ending: GuestEnding): GuestReport {
  return {
    ending,
    logs: run.takeLogs(),
    droppedLogLines: run.droppedLogLines,
    refusals: run.refusals,
    cpuMs: run.spentMs > 0 ? Math.round(run.spentMs) : null,
  };
}
