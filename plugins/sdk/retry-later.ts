// The error with which a plugin asks to be tried again at a time of its own choice.
import type { RetryAdvice } from "../../schemas/run.ts";
import { RETRY_ADVICE } from "./retry-advice.ts";

/**
 * Throw it to have the event tried again later, at a time you know better than the host: when a model has been
 * loaded, or a quota is filled up again. It counts as an attempt: after `max_attempts` of plugin.toml the event goes
 * to the dead letters. The host waits for a day at most.
 *
 * @example
 * ```ts
 * const answer = await fetch("https://models.example.com/check");
 * if (answer.status === 503) throw new RetryLater("The model is still loading", { after: 90 });
 * ```
 */
export class RetryLater extends Error {
  override readonly name = "RetryLater";
  /** How long to wait, in milliseconds. */
  readonly retryAfterMs: number;
  readonly [RETRY_ADVICE]: RetryAdvice;

  /**
   * @param message Why, for those who read the runs.
   * @param options `after`: how long to wait, in seconds, or the moment to wait for.
   * @throws TypeError when `after` is neither.
   */
  constructor(message: string, { after }: { readonly after: number | Date }) {
    super(message);
    const ms = after instanceof Date ? after.getTime() - Date.now() : after * 1_000;
    if (!Number.isFinite(ms) || (ms < 0 && !(after instanceof Date)))
      throw new TypeError(`Cannot retry later: after is ${String(after)}, wanted seconds or a Date`);
    // A moment that has passed meanwhile is now.
    this.retryAfterMs = Math.max(Math.round(ms), 0);
    this[RETRY_ADVICE] = { type: "after", ms: this.retryAfterMs };
  }
}
