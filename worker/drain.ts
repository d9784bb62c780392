// Whether this Worker is being brought to rest, and how many runs are still under way in it. It holds for one isolate,
// which on workerd outside of Cloudflare is the whole Worker with all its inboxes; on Cloudflare nobody begins it.

export class Drain {
  #begun = false;
  #runsInFlight = 0;

  /** From now on no event is taken and no run is started. */
  begin(): void {
    this.#begun = true;
  }

  get begun(): boolean {
    return this.#begun;
  }

  get runsInFlight(): number {
    return this.#runsInFlight;
  }

  /** Counts `run` among those under way until it is over. */
  async count<Value>(run: () => Promise<Value>): Promise<Value> {
    this.#runsInFlight += 1;
    try {
      return await run();
    } finally {
      this.#runsInFlight -= 1;
    }
  }
}

/** The isolate's own. */
export const drain: Drain = new Drain();
