// Counts attempts to authenticate that failed, by client. The platform counts, for all isolates together; what is kept
// here is who is over the limit, for a while and within bounds. It does not decide what becomes of an attempt.
import { FAILED_ATTEMPTS_PAUSE_MS, MAX_PAUSED_CLIENTS } from "./limits.ts";

export class FailedAttempts {
  /** Until when; the longest ago first. */
  readonly #paused = new Map<string, number>();

  /** Whether a client has failed too often of late. */
  isPaused(client: string, now: number): boolean {
    const until = this.#paused.get(client);
    if (until === undefined) return false;
    if (until > now) return true;
    this.#paused.delete(client);
    return false;
  }

  /** Counts one failure; true if it was one too many. Without a `counter` none ever is. */
  async count(client: string, counter: RateLimit | undefined, now: number): Promise<boolean> {
    if (this.isPaused(client, now)) return true;
    if (counter === undefined || (await counter.limit({ key: client })).success) return false;
    this.#paused.set(client, now + FAILED_ATTEMPTS_PAUSE_MS);
    if (this.#paused.size > MAX_PAUSED_CLIENTS)
      for (const oldest of this.#paused.keys()) {
        this.#paused.delete(oldest);
        break;
      }
    return true;
  }
}
