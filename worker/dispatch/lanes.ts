// Which deliveries wait behind which: those in one lane run one after another. The journal has them on disk; this
// knows without asking it whether a lane is free.

/** The lane of a plugin's deliveries about one asset, whatever version they are for; null where none is kept. */
export function toLane(pluginName: string, assetId: string | null, order: "asset" | "none"): string | null {
  return order === "none" || assetId === null ? null : `${pluginName.length}:${pluginName}${assetId}`;
}

export class Lanes {
  /** Deliveries of each lane that are not over. */
  readonly #live: Map<string, number>;

  constructor(live: ReadonlyMap<string, number>) {
    this.#live = new Map(live);
  }

  /** A delivery joins a lane. True when nothing is in front of it. */
  enter(lane: string): boolean {
    const live = this.#live.get(lane) ?? 0;
    this.#live.set(lane, live + 1);
    return live === 0;
  }

  /** A delivery of a lane is over. */
  leave(lane: string): void {
    const live = (this.#live.get(lane) ?? 1) - 1;
    if (live > 0) this.#live.set(lane, live);
    else this.#live.delete(lane);
  }

  /** Whether a lane has deliveries that are not over. */
  has(lane: string): boolean {
    return this.#live.has(lane);
  }
}
