// Watches one workerd process for as long as it lives, and kills it if it is frozen or has grown too large. What is
// done about its end is somebody else's business.
import type { ChildProcess } from "node:child_process";
import { platform } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { judgeRuntime, wasWell, type RuntimeLimits, type RuntimeVerdict } from "./judge-runtime.ts";
import { lookAtProcess } from "./look-at-process.ts";

/** How often the runtime is looked at; a memory bomb grows by gigabytes in a second. */
const LOOK_MS = 200;

/** How a runtime ended; `closed` is its host's doing. */
export type RuntimeEnding =
  | { readonly type: "closed" }
  /** `fromOutside`: it was told to end or was killed, and was well until then. */
  | { readonly type: "died"; readonly how: string; readonly fromOutside: boolean }
  | Exclude<RuntimeVerdict, { type: "well" }>;

export interface WatchRuntimeOptions {
  readonly process: ChildProcess;
  /** Resolves when the runtime has answered a question that makes it do nothing; rejects when it cannot. */
  readonly probe: (signal: AbortSignal) => Promise<void>;
  readonly limits: RuntimeLimits;
  /** Told when the runtime answers for the first time. */
  readonly onAnswer: () => void;
  readonly closed: AbortSignal;
}

/** Resolves when the process has ended, or when `closed` is aborted. */
export async function watchRuntime(options: WatchRuntimeOptions): Promise<RuntimeEnding> {
  const { process, limits, closed } = options;
  const done = new AbortController();
  const ended = new Promise<void>((resolve) => {
    if (hasEnded(process)) resolve();
    process.once("exit", () => resolve());
    closed.addEventListener("abort", () => resolve(), { once: true });
  });
  const look = lookAtProcess(process.pid ?? null, platform());
  let last = await look();
  let answered = last;
  const onAnswer = async (): Promise<void> => void (answered = await look());
  const probing = probeOnAndOn(options, onAnswer, done.signal);
  let verdict: RuntimeVerdict = { type: "well" };
  try {
    while (verdict.type === "well") {
      await Promise.race([ended, sleep(LOOK_MS, undefined, { signal: done.signal }).catch(() => undefined)]);
      if (closed.aborted) return { type: "closed" };
      if (hasEnded(process)) {
        const fromOutside = wasToldToEnd(process) && wasWell(answered, last, performance.now(), limits);
        return { type: "died", how: process.signalCode ?? `exit code ${process.exitCode}`, fromOutside };
      }
      const now = await look();
      // Of one that is dead by now, nothing is seen.
      if (now.residentBytes !== null) last = now;
      verdict = judgeRuntime(answered, now, limits);
      // An answer may be there that this process, starved itself, has not come to read.
      if (verdict.type === "frozen") {
        await sleep(LOOK_MS);
        verdict = judgeRuntime(answered, await look(), limits);
      }
    }
    process.kill("SIGKILL");
    await ended;
    return closed.aborted ? { type: "closed" } : verdict;
  } finally {
    done.abort();
    await probing;
  }
}

/** One question at a time: while one waits for its answer, another would only wait behind it. */
async function probeOnAndOn(
  { probe, onAnswer }: WatchRuntimeOptions,
  answered: () => Promise<void>,
  done: AbortSignal,
): Promise<void> {
  let first = true;
  while (!done.aborted) {
    try {
      await probe(done);
      await answered();
      if (first) onAnswer();
      first = false;
    } catch {
      // Not there yet, or not any more: the process itself tells which.
    }
    await sleep(LOOK_MS, undefined, { signal: done }).catch(() => undefined);
  }
}

/** By a signal that no process gives itself: on SIGTERM, workerd ends with 0. */
function wasToldToEnd({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === 0 || signalCode === "SIGKILL" || signalCode === "SIGINT" || signalCode === "SIGHUP";
}

function hasEnded(process: ChildProcess): boolean {
  return process.exitCode !== null || process.signalCode !== null;
}
