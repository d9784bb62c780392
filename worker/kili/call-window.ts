// Counts calls against what Kili takes in any one window of time, fairly: when little is left, it is for those who have
// used least. Pure; the clock is the caller's.

interface Grant {
  readonly at: number;
  readonly flow: string;
  readonly calls: number;
}

export interface CallLimits {
  readonly calls: number;
  readonly windowMs: number;
  /** The part of the calls, 0 to 1, that is kept for flows with less than their share. */
  readonly reserve: number;
}

export class CallWindow {
  readonly #limits: CallLimits;
  /** The oldest first. */
  #grants: Grant[] = [];
  #used = 0;
  readonly #usedBy = new Map<string, number>();

  constructor(limits: CallLimits) {
    this.#limits = limits;
  }

  /** Calls granted to `flow` within the window that ends at `now`. */
  usedBy(flow: string, now: number): number {
    this.#forget(now);
    return this.#usageOf(flow);
  }

  /** Takes up to `want` calls for `flow`, and says how many; 0 when none may be made at `now`. */
  grant(flow: string, want: number, now: number): number {
    this.#forget(now);
    const calls = Math.min(want, this.#openTo(flow));
    if (calls > 0) this.#count({ at: now, flow, calls });
    return calls;
  }

  /** When the next calls come free; null when all are. */
  nextFreeAt(): number | null {
    const [oldest] = this.#grants;
    return oldest === undefined ? null : oldest.at + this.#limits.windowMs;
  }

  #openTo(flow: string): number {
    const { calls, reserve } = this.#limits;
    const free = calls - this.#used;
    const open = free - Math.floor(calls * reserve);
    if (open > 0) return open;
    const share = calls / (this.#usedBy.size + 1);
    return free > 0 && this.#usageOf(flow) < share ? 1 : 0;
  }

  #usageOf(flow: string): number {
    return this.#usedBy.get(flow) ?? 0;
  }

  #forget(now: number): void {
    const kept = this.#grants.findIndex(({ at }) => at + this.#limits.windowMs > now);
    const past = this.#grants.splice(0, kept === -1 ? this.#grants.length : kept);
    for (const { flow, calls } of past) {
      this.#used -= calls;
      const left = this.#usageOf(flow) - calls;
      if (left > 0) this.#usedBy.set(flow, left);
      else this.#usedBy.delete(flow);
    }
  }

  #count(grant: Grant): void {
    this.#grants.push(grant);
    this.#used += grant.calls;
    this.#usedBy.set(grant.flow, this.#usageOf(grant.flow) + grant.calls);
  }
}
