// How the latest attempts of one plugin went: enough to say whether it fails too often. Pure bookkeeping, in memory:
// after a restart it counts anew.
import { BREAKER_FAILED_SHARE, BREAKER_MIN_ATTEMPTS, BREAKER_WINDOW_MS } from "../limits.ts";

/** The window moves by this much at a time. */
const BUCKET_MS = BREAKER_WINDOW_MS / 6;

interface Bucket {
  readonly from: number;
  attempts: number;
  failed: number;
}

export class AttemptWindow {
  #buckets: Bucket[] = [];
  #failedInARow = 0;

  /** Counts an attempt that ended at `now` (epoch milliseconds). */
  count(failed: boolean, now: number): void {
    this.#failedInARow = failed ? this.#failedInARow + 1 : 0;
    const from = now - (now % BUCKET_MS);
    let bucket = this.#buckets.at(-1);
    if (bucket === undefined || bucket.from !== from) {
      bucket = { from, attempts: 0, failed: 0 };
      this.#buckets = this.#buckets.filter((old) => old.from > now - BREAKER_WINDOW_MS);
      this.#buckets.push(bucket);
    }
    bucket.attempts += 1;
    if (failed) bucket.failed += 1;
  }

  /** Why it fails too often; null when it does not. */
  get complaint(): string | null {
    // In a row, so that slow failures count that never come together in one window.
    if (this.#failedInARow >= BREAKER_MIN_ATTEMPTS) return `the last ${this.#failedInARow} attempts failed`;
    const attempts = this.#buckets.reduce((sum, bucket) => sum + bucket.attempts, 0);
    const failed = this.#buckets.reduce((sum, bucket) => sum + bucket.failed, 0);
    if (attempts < BREAKER_MIN_ATTEMPTS || failed < attempts * BREAKER_FAILED_SHARE) return null;
    return `${failed} of ${attempts} attempts failed within ${BREAKER_WINDOW_MS / 1_000} s`;
  }
}
