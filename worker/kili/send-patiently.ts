// Sends when the budget has leave, and sends again what failed in passing: reads that met a server that is away, and
// anything that Kili turned away for its number. A write whose outcome nobody knows is never sent again.
import { fail, type Result } from "../../schemas/result.ts";
import { KILI_PAUSE_MS, KILI_RETRY_BASE_MS, KILI_RETRY_MAX_MS, MAX_KILI_SENDS } from "../limits.ts";
import type { CallBudget } from "./call-budget.ts";

export interface Patience {
  readonly budget: CallBudget;
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 up to but not 1. */
  readonly random: () => number;
}

/** As far as it matters here: whether to try again, and when. */
interface SendFailureLike {
  readonly reason: string;
  readonly status?: number;
  readonly retryAfterMs?: number | null;
}

/** There was no leave to call Kili in the time there was. */
export interface OverBudget {
  readonly reason: "over_budget";
}

const TOO_MANY_REQUESTS = 429;

/** Statuses that pass. */
export const RETRYABLE: ReadonlySet<number> = new Set([TOO_MANY_REQUESTS, 502, 503, 504]);

/** The first answer that is good or final, or the last one. */
export async function sendPatiently<Value, Failure extends SendFailureLike>(
  kind: "query" | "mutation",
  send: () => Promise<Result<Value, Failure>>,
  { budget, random, sleep }: Patience,
): Promise<Result<Value, Failure | OverBudget>> {
  let last: Result<Value, Failure | OverBudget> = fail({ reason: "over_budget" });
  for (let sent = 1; ; sent += 1) {
    if (!(await budget.take())) return last;
    const answer = await send();
    if (answer.ok) return answer;
    last = answer;
    const { reason, status, retryAfterMs = null } = answer.failure;
    const turnedAway = status === TOO_MANY_REQUESTS;
    if (turnedAway) await budget.pause(retryAfterMs ?? KILI_PAUSE_MS);
    const passes = reason === "unreachable" || (status !== undefined && RETRYABLE.has(status));
    if (sent >= MAX_KILI_SENDS || !(turnedAway || (kind === "query" && passes))) return answer;
    if (turnedAway) continue;
    const backoff = KILI_RETRY_BASE_MS * 2 ** (sent - 1) * (0.5 + random() / 2);
    await sleep(Math.min(Math.max(backoff, retryAfterMs ?? 0), KILI_RETRY_MAX_MS));
  }
}
