// How many runs may be under way, and in which plugin versions. Pure bookkeeping.
import { MAX_ISOLATES_IN_FLIGHT, MAX_RUNS_IN_FLIGHT, MAX_RUNS_IN_FLIGHT_PER_PLUGIN } from "../limits.ts";

interface Running {
  runs: number;
  /** Each run is in an isolate of its own, instead of all in one. */
  readonly apart: boolean;
}

/** The runs under way in one inbox, and the isolates they are in, which is what the platform counts. */
export class Slots {
  readonly #running = new Map<string, Running>();
  readonly #runsApart: (versionId: string) => boolean;
  #total = 0;

  /** @param runsApart Whether each run of a version has an isolate of its own. */
  constructor(runsApart: (versionId: string) => boolean) {
    this.#runsApart = runsApart;
  }

  get inFlight(): number {
    return this.#total;
  }

  /** How many more runs of a version may start now. */
  freeFor(versionId: string): number {
    const running = this.#running.get(versionId);
    const free = Math.min(MAX_RUNS_IN_FLIGHT - this.#total, MAX_RUNS_IN_FLIGHT_PER_PLUGIN - (running?.runs ?? 0));
    if (running?.apart === false) return free;
    const isolates = MAX_ISOLATES_IN_FLIGHT - this.#isolates();
    if (isolates <= 0) return 0;
    return (running?.apart ?? this.#runsApart(versionId)) ? Math.min(free, isolates) : free;
  }

  take(versionId: string): void {
    const running = this.#running.get(versionId);
    if (running === undefined) this.#running.set(versionId, { runs: 1, apart: this.#runsApart(versionId) });
    else running.runs += 1;
    this.#total += 1;
  }

  release(versionId: string): void {
    const running = this.#running.get(versionId);
    if (running === undefined) return;
    running.runs -= 1;
    if (running.runs === 0) this.#running.delete(versionId);
    this.#total -= 1;
  }

  #isolates(): number {
    let isolates = 0;
    for (const { runs, apart } of this.#running.values()) isolates += apart ? runs : 1;
    return isolates;
  }
}
