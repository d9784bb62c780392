// How many runs may be under way, and in which plugin versions. Pure bookkeeping.
import { MAX_ISOLATES_IN_FLIGHT, MAX_RUNS_IN_FLIGHT, MAX_RUNS_IN_FLIGHT_PER_PLUGIN } from "../limits.ts";

/** The runs under way in one inbox. Each version runs in an isolate of its own, which is what the platform counts. */
export class Slots {
  readonly #running = new Map<string, number>();
  #total = 0;

  get inFlight(): number {
    return this.#total;
  }

  /** How many more runs of a version may start now. */
  freeFor(versionId: string): number {
    const running = this.#running.get(versionId) ?? 0;
    if (running === 0 && this.#running.size >= MAX_ISOLATES_IN_FLIGHT) return 0;
    return Math.min(MAX_RUNS_IN_FLIGHT - this.#total, MAX_RUNS_IN_FLIGHT_PER_PLUGIN - running);
  }

  take(versionId: string): void {
    this.#running.set(versionId, (this.#running.get(versionId) ?? 0) + 1);
    this.#total += 1;
  }

  release(versionId: string): void {
    const left = (this.#running.get(versionId) ?? 1) - 1;
    if (left === 0) this.#running.delete(versionId);
    else this.#running.set(versionId, left);
    this.#total -= 1;
  }
}
