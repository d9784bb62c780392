// Calls the harness of an isolate, for one run or for several of a plugin version that begin together. It never throws:
// each run is told how it ended. What that means is not decided here.
import type { GuestReport } from "../../schemas/guest.ts";
import type { LogLine } from "../../schemas/run.ts";
import { MAX_GUEST_ANSWER_BYTES } from "../limits.ts";
import { readGuestAnswer } from "./guest-answer.ts";

/** A run that is to be called, and who is told of it. */
export interface CalledRun<Props> {
  readonly props: Props;
  /** Told how the version's code was read for the call. */
  readonly onCall: (code: CodeRead) => void;
  readonly onLog: (line: LogLine) => void;
  /** Told once: with the report, or with what broke the call before there was one. */
  readonly onEnd: (end: CallEnd) => void;
}

export interface CodeRead {
  /** It had to be read, since the isolate was not there yet. */
  readonly wasAsked: () => boolean;
  /** Why it could not be, in the host's words; null where nothing failed. */
  readonly failure: () => string | null;
}

export type CallEnd =
  | { readonly type: "reported"; readonly report: GuestReport }
  /** `company`: how many other runs had no end yet in the call, any of which may have broken it. */
  | { readonly type: "broken"; readonly error: unknown; readonly timedOut: boolean; readonly company: number };

export interface CallOptions {
  /** The webhook body of a single run whose props do not hold it. */
  readonly body: string | Uint8Array<ArrayBuffer> | null;
  /** For each run, and so for all of them. */
  readonly timeoutMs: number;
  /** Told that the harness has begun to answer. */
  readonly onAnswer?: (() => void) | undefined;
}

/** Resolves when all runs have been told how they ended. */
export async function callHarness(
  load: () => Pick<Fetcher, "fetch">,
  runs: readonly Pick<CalledRun<unknown>, "onEnd" | "onLog">[],
  { body, timeoutMs, onAnswer }: CallOptions,
): Promise<void> {
  // Not AbortSignal.timeout: its timers cannot be cleared, and the platform allows ten thousand at a time.
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  const underWay = new Set(runs);
  try {
    const answer = await load().fetch("http://plugin/", {
      method: "POST",
      // A redirect is no answer of the harness. Followed, it would run the handlers again, with all of their limits anew.
      redirect: "manual",
      body,
      signal: timeout.signal,
    });
    onAnswer?.();
    const readers = runs.map((run) => ({
      onLog: run.onLog,
      onReport: (report: GuestReport) => {
        underWay.delete(run);
        run.onEnd({ type: "reported", report });
      },
    }));
    await readGuestAnswer(answer, MAX_GUEST_ANSWER_BYTES, readers);
  } catch (error) {
    const { aborted: timedOut } = timeout.signal;
    for (const run of underWay) run.onEnd({ type: "broken", error, timedOut, company: underWay.size - 1 });
  }
  clearTimeout(timer);
}
