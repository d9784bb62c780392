// What becomes of a delivery after an attempt. Pure: the clock and the dice are parameters.
import type { RunOutcome } from "../../schemas/run.ts";
import { MAX_RETRY_AFTER_MS, RETRY_BASE_MS, RETRY_MAX_MS } from "../limits.ts";

export type RetryDecision =
  | { readonly type: "done" }
  | { readonly type: "dead" }
  /** `at` is epoch milliseconds. */
  | { readonly type: "again"; readonly at: number };

/**
 * Done after `ok`; dead after what would only fail again, or after the last attempt; otherwise again: when the failure
 * itself says, within bounds, or after exponential backoff with full jitter. `attempt` counts from 1, `random` is in
 * [0, 1).
 */
export function decideRetry(
  outcome: RunOutcome,
  attempt: number,
  maxAttempts: number,
  now: number,
  random: number,
): RetryDecision {
  if (outcome.type === "ok") return { type: "done" };
  if (!mayPass(outcome) || attempt >= maxAttempts) return { type: "dead" };
  const advice = outcome.type === "threw" ? outcome.retry : undefined;
  // Later than asked by a moment, so that what was refused together does not come back together.
  if (advice?.type === "after")
    return { type: "again", at: Math.round(now + Math.min(advice.ms, MAX_RETRY_AFTER_MS) + RETRY_BASE_MS * random) };
  const ceiling = Math.min(RETRY_MAX_MS, RETRY_BASE_MS * 2 ** (attempt - 1));
  return { type: "again", at: now + Math.round(ceiling * random) };
}

/** Whether the same code on the same event may end better next time. */
function mayPass(outcome: Exclude<RunOutcome, { type: "ok" }>): boolean {
  switch (outcome.type) {
    case "threw":
      // The manifest will not have changed by the next attempt: each runs the version the event was matched with.
      return outcome.name !== "NotCapable" && outcome.retry?.type !== "never";
    case "timeout":
    case "lost":
      return true;
    case "cpu_limit":
    case "memory_limit":
    case "subrequest_limit":
    case "result_limit":
    case "load_failed":
      return false;
  }
}
