// CPU metering of an interpreter: it asks here every few steps whether it may go on. It cannot interrupt one long step:
// a catastrophic regular expression or `sum(range(10**12))` runs to its end, or until the platform ends it.
//
// Two bounds hold side by side, as for metered JavaScript: the clock stops a run that is slow, and where the platform
// freezes the clock between I/O, the count of questions stops it all the same.

const SIGINT = 2;
const GO_ON = 0;

/**
 * More questions than the quickest loop asks in a millisecond of CPU time (800, measured), so that where there is a
 * clock it has the say, also on a faster machine.
 */
const CHECKS_PER_CPU_MS = 2_000;
/** How long a run that is over its budget may take to clean up, before the interpreter is stopped dead. */
const GRACE_MS = 100;

/** Ends the interpreter, which cannot be used afterwards. */
export class InterpreterStopped extends Error {}

export class Fuel {
  readonly #now: () => number;
  #maxMs = Infinity;
  #spentMs = 0;
  #checks = 0;
  #since: number | null = null;
  #exceeded = false;

  /** @param now A clock in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** CPU time of the run so far. */
  get spentMs(): number {
    return this.#spentMs + (this.#since === null ? 0 : this.#now() - this.#since);
  }

  get exceeded(): boolean {
    return this.#exceeded;
  }

  /** Begins a run with a budget of its own. */
  begin(cpuMs: number): void {
    this.#maxMs = cpuMs;
    this.#spentMs = 0;
    this.#checks = 0;
    this.#exceeded = false;
    this.#since = this.#now();
  }

  /** Python waits for something outside from here on. */
  pause(): void {
    this.#spentMs = this.spentMs;
    this.#since = null;
  }

  /** Python goes on. */
  resume(): void {
    this.#since ??= this.#now();
  }

  /** The interpreter's question: the signal to raise, or none. Throws to end it. */
  check(): number {
    this.#checks += 1;
    const spentMs = this.spentMs;
    if (spentMs <= this.#maxMs && this.#checks <= this.#maxMs * CHECKS_PER_CPU_MS) return GO_ON;
    if (this.#exceeded) throw new InterpreterStopped("over its CPU time, and its time to clean up");
    // Once: it raises an exception, which plugins may catch. What they do then has to end soon.
    this.#exceeded = true;
    this.#maxMs = Math.max(spentMs, this.#maxMs) + GRACE_MS;
    this.#checks = Math.min(this.#checks, (this.#maxMs - GRACE_MS) * CHECKS_PER_CPU_MS);
    return SIGINT;
  }
}
