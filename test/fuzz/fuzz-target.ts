// What is thrown at a host, and what must become of it. Types only.
import type * as fc from "fast-check";

export interface FuzzHost {
  readonly url: string;
  readonly adminKey: string;
  readonly webhookSecret: string;
}

/** One door of the host. */
export interface FuzzTarget<Case> {
  readonly name: string;
  readonly cases: fc.Arbitrary<Case>;
  /** Cases under way at once. */
  readonly together: number;
  /** Throws if the host did with it what it must not. */
  readonly check: (one: Case, host: FuzzHost) => Promise<void>;
}
