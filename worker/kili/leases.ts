// Leave to call Kili that was handed out to this isolate and not used yet. Pure; the clock is the caller's.
import { MAX_KILI_LEASE } from "../limits.ts";

export interface Lease {
  /** Calls it was given for. */
  readonly size: number;
  readonly left: number;
  readonly until: number;
}

const MAX_FLOWS = 1_000;

export class Leases {
  #held = new Map<string, Lease>();

  /** Takes one call of what `flow` holds; false if it holds none. */
  take(flow: string, now: number): boolean {
    const lease = this.#held.get(flow);
    if (lease === undefined || lease.left === 0 || now >= lease.until) return false;
    this.#held.set(flow, { ...lease, left: lease.left - 1 });
    return true;
  }

  /** For how many calls to ask next: twice as many each time they are used up before they lapse, else for one. */
  wantedBy(flow: string, now: number): number {
    const lease = this.#held.get(flow);
    return lease !== undefined && lease.left === 0 && now < lease.until ? Math.min(lease.size * 2, MAX_KILI_LEASE) : 1;
  }

  keep(flow: string, lease: Lease): void {
    if (this.#held.size >= MAX_FLOWS) this.#held = new Map();
    this.#held.set(flow, lease);
  }

  forgetAll(): void {
    this.#held = new Map();
  }
}
