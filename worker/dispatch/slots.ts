// How many runs may be under way, and in which plugin versions. Pure bookkeeping.
import {
  MAX_BODY_BYTES_IN_FLIGHT,
  MAX_ISOLATES_IN_FLIGHT,
  MAX_RUNS_IN_FLIGHT,
  MAX_RUNS_IN_FLIGHT_PER_PLUGIN,
} from "../limits.ts";

/** What a run takes a place for. */
export interface Occupant {
  readonly pluginName: string;
  readonly versionId: string;
  readonly bodyBytes: number;
}

interface Running {
  runs: number;
  /** Each run is in an isolate of its own, instead of all in one. */
  readonly apart: boolean;
}

/** The runs under way in one inbox, and the isolates they are in, which is what the platform counts. */
export class Slots {
  /** In the order they got their isolates. */
  readonly #byVersion = new Map<string, Running>();
  readonly #byPlugin = new Map<string, number>();
  readonly #runsApart: (versionId: string) => boolean;
  #total = 0;
  #bytes = 0;

  /** @param runsApart Whether each run of a version has an isolate of its own. */
  constructor(runsApart: (versionId: string) => boolean) {
    this.#runsApart = runsApart;
  }

  get inFlight(): number {
    return this.#total;
  }

  /** How many more bytes of bodies may be held. */
  get freeBytes(): number {
    return MAX_BODY_BYTES_IN_FLIGHT - this.#bytes;
  }

  /**
   * How many more runs of a version may start now, if its plugin wants at most `concurrency` at once. A plugin may
   * take half of what is free, so that those who come later find a place, however long these runs take.
   */
  freeFor({ pluginName, versionId }: Pick<Occupant, "pluginName" | "versionId">, concurrency: number): number {
    const free = MAX_RUNS_IN_FLIGHT - this.#total;
    const running = this.#byPlugin.get(pluginName) ?? 0;
    const share = running === 0 ? Math.max(Math.floor(free / 2), Math.min(free, 1)) : Math.floor((free - running) / 2);
    const most = Math.min(share, concurrency - running, MAX_RUNS_IN_FLIGHT_PER_PLUGIN - running);
    return Math.max(0, Math.min(most, this.#isolatesFor(versionId)));
  }

  /**
   * The versions that should start no more, so that as many of `waiting` as wait for an isolate get one: those that
   * have had theirs longest. Without that, a few busy plugins would keep all others out for ever.
   */
  yielding(waiting: readonly string[]): ReadonlySet<string> {
    const without = waiting.filter((versionId) => !this.#byVersion.has(versionId)).length;
    const wanted = without - (MAX_ISOLATES_IN_FLIGHT - this.#isolates());
    return new Set([...this.#byVersion.keys()].slice(0, Math.max(wanted, 0)));
  }

  take({ pluginName, versionId, bodyBytes }: Occupant): void {
    const running = this.#byVersion.get(versionId);
    if (running === undefined) this.#byVersion.set(versionId, { runs: 1, apart: this.#runsApart(versionId) });
    else running.runs += 1;
    this.#byPlugin.set(pluginName, (this.#byPlugin.get(pluginName) ?? 0) + 1);
    this.#total += 1;
    this.#bytes += bodyBytes;
  }

  release({ pluginName, versionId, bodyBytes }: Occupant): void {
    const running = this.#byVersion.get(versionId);
    if (running === undefined) return;
    running.runs -= 1;
    if (running.runs === 0) this.#byVersion.delete(versionId);
    const ofPlugin = (this.#byPlugin.get(pluginName) ?? 1) - 1;
    if (ofPlugin === 0) this.#byPlugin.delete(pluginName);
    else this.#byPlugin.set(pluginName, ofPlugin);
    this.#total -= 1;
    this.#bytes -= bodyBytes;
  }

  /** How many more runs of a version find an isolate. */
  #isolatesFor(versionId: string): number {
    const running = this.#byVersion.get(versionId);
    if (running?.apart === false) return Infinity;
    const isolates = MAX_ISOLATES_IN_FLIGHT - this.#isolates();
    return isolates <= 0 || (running?.apart ?? this.#runsApart(versionId)) ? isolates : Infinity;
  }

  #isolates(): number {
    let isolates = 0;
    for (const { runs, apart } of this.#byVersion.values()) isolates += apart ? runs : 1;
    return isolates;
  }
}
