// How a harness answers the host: with the reports of the call's runs alone if they are quick, else with their log lines
// as they come and each report at its run's end. It does not run anything.
import type { GuestEnding, GuestReport, GuestStreamLine } from "../../schemas/guest.ts";
import type { GuestRun } from "./guest-run.ts";

/**
 * A run of a call, with its ending, which never rejects, and the run of the same call after it. Not an array: a
 * plugin that patched those would be handed the doors of its isolate's next runs.
 */
export interface BegunRun {
  readonly run: GuestRun;
  readonly ending: Promise<GuestEnding>;
  readonly next: BegunRun | null;
}

/** Runs that end within this time are answered for in one piece, which costs half as much as a stream. */
const QUICK_ANSWER_MS = 100;
const REPORTS_HEADER = "x-kili-edge-reports";
const MAX_HEADER_CHARS = 4 * 1024;

// What is needed of the globals, taken while they are still the platform's.
const startTimer = setTimeout.bind(globalThis);
const stopTimer = clearTimeout.bind(globalThis);
const toJson = JSON.stringify.bind(JSON);
/** Whether a text is what an HTTP header carries unchanged. */
const isHeaderSafe = RegExp.prototype.test.bind(/^[\x20-\x7e]*$/);

/** Answers for the runs of a call, whose endings are to come. */
export async function answerRuns(first: BegunRun): Promise<Response> {
  const areOver = await endWithin(first, QUICK_ANSWER_MS);
  const answer = areOver ? await answerAtOnce(first) : streamReports(first);
  return answer;
}

/** Short reports go in a header, which spares the host a turn of reading a stream. */
async function answerAtOnce(first: BegunRun): Promise<Response> {
  let reports = "";
  let lines = "";
  let index = 0;
  for (let begun: BegunRun | null = first; begun !== null; begun = begun.next) {
    const report = toJson(toReport(begun.run, await begun.ending));
    reports += `${begun === first ? "" : ","}${report}`;
    lines += `{"run":${index++},"report":${report}}\n`;
  }
  if (reports.length + 2 <= MAX_HEADER_CHARS && isHeaderSafe(reports))
    return new Response(null, { headers: { [REPORTS_HEADER]: `[${reports}]` } });
  // Line by line, the host reads as much of each run as it would of one alone.
  return new Response(lines, { headers: { "content-type": "application/x-ndjson" } });
}

/**
 * Whether all runs are over within `ms`. Written without `Promise.race` and `then`, which a plugin can patch; what it
 * patches all the same can spoil only the reports of its own version's runs.
 */
function endWithin(first: BegunRun, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = startTimer(resolve, ms, false);
    const settle = async (): Promise<void> => {
      for (let begun: BegunRun | null = first; begun !== null; begun = begun.next) await begun.ending;
      stopTimer(timer);
      resolve(true);
    };
    void settle();
  });
}

function streamReports(first: BegunRun): Response {
  const encoder = new TextEncoder();
  // A pending timer keeps the runtime from calling a silent handler hung before its time is up.
  const awake = startTimer(() => {}, first.run.props.timeoutMs * 2);
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const send = (line: GuestStreamLine): void => controller.enqueue(encoder.encode(`${toJson(line)}\n`));
      let left = 0;
      const follow = async ({ run, ending }: BegunRun, index: number): Promise<void> => {
        for (const log of run.takeLogs()) send({ run: index, log });
        run.onLog = (log) => send({ run: index, log });
        const end = await ending;
        run.onLog = null;
        send({ run: index, report: toReport(run, end) });
        left -= 1;
        if (left > 0) return;
        stopTimer(awake);
        controller.close();
      };
      for (let begun: BegunRun | null = first; begun !== null; begun = begun.next) left += 1;
      let index = 0;
      for (let begun: BegunRun | null = first; begun !== null; begun = begun.next) void follow(begun, index++);
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
