// Lets one run at a time have the process to itself, so that it is known who ended it. What it says holds for one
// isolate of the Worker, which outside of Cloudflare is the whole host with all its inboxes. Whoever runs what may end
// the process asks it; it can call nobody.
import { MAX_SOLITUDE_MS, SOLITUDE_DRAIN_MS, SOLITUDE_GRACE_MS, SOLITUDE_SHARE, SUSPECT_POLL_MS } from "./limits.ts";

/** `wait`: ask again soon. `denied`: others have waited long enough, so it has to run beside them. */
export type SolitudeAnswer = "alone" | "wait" | "denied";

export class Solitude {
  /** Runs under way, by inbox, and what goes on beside them. */
  readonly #runs = new Map<string, number>();
  #besides = 0;
  #holder: string | null = null;
  #since = 0;
  /** The holder was told that it is alone. */
  #isGiven = false;
  /** The end of a hold that its inbox does not end, because it is gone. */
  #until = 0;
  /** For how much longer everybody else may be kept waiting, at `#countedAt`. */
  #allowanceMs: number = MAX_SOLITUDE_MS;
  #countedAt = 0;

  /** Says how many runs an inbox has under way. */
  count(inbox: string, runs: number): void {
    if (runs === 0) this.#runs.delete(inbox);
    else this.#runs.set(inbox, runs);
  }

  /** Whether inboxes may start what needs no solitude. */
  isShared(now: number): boolean {
    return this.#holder === null || now >= this.#until;
  }

  /** Asks for the process for a run of this inbox, `ms` long. From then on nobody else starts anything, within bounds. */
  ask(inbox: string, ms: number, now: number): SolitudeAnswer {
    if (this.isShared(now)) {
      this.#refill(now);
      if (this.#allowanceMs <= 0) return "denied";
      this.#holder = inbox;
      this.#since = now;
      this.#isGiven = false;
      this.#until = now + SOLITUDE_DRAIN_MS + SOLITUDE_GRACE_MS;
    }
    if (this.#holder !== inbox) return "wait";
    if (this.#runs.size === 0) {
      this.#until = now + ms + SOLITUDE_GRACE_MS;
      this.#isGiven = true;
      return "alone";
    }
    // What was given is the holder's to end: the run that is counted now is the one that is alone.
    if (this.#isGiven || now - this.#since < SOLITUDE_DRAIN_MS) return "wait";
    this.end(inbox, now);
    return "denied";
  }

  /**
   * Does `work`, which may end the process as well and is no inbox's run: not while somebody is to be alone, and whoever
   * wants to be waits for it. Nobody else is to be blamed for what it does.
   */
  async beside<Value>(now: () => number, work: () => Promise<Value>): Promise<Value> {
    while (!this.isShared(now())) await scheduler.wait(SUSPECT_POLL_MS);
    const name = `beside ${(this.#besides += 1)}`;
    this.count(name, 1);
    try {
      return await work();
    } finally {
      this.count(name, 0);
    }
  }

  /** The process is everybody's again. */
  end(inbox: string, now: number): void {
    if (this.#holder !== inbox) return;
    this.#holder = null;
    this.#refill(now);
    this.#allowanceMs -= now - this.#since;
  }

  #refill(now: number): void {
    this.#allowanceMs = Math.min(MAX_SOLITUDE_MS, this.#allowanceMs + (now - this.#countedAt) * SOLITUDE_SHARE);
    this.#countedAt = now;
  }
}

/** The isolate's own. */
export const solitude: Solitude = new Solitude();
