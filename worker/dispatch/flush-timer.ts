// When the next hand-over begins: soon, or later while much comes, for as long as it does or until there is enough for
// one batch. Hands over nothing.
import { FLUSH_WAIT_MS, FULL_FLUSH_RUNS } from "../limits.ts";

/** Where nothing has come for so long, no company is worth waiting for. */
const QUIET_MS = 10;

export class FlushTimer {
  readonly #begin: () => void;
  #isSet = false;
  /** Not while the database is left alone. */
  #mayHurry = false;
  /** Tells a wait that something else has begun the hand-over. */
  #begun = 0;
  /** How often it was told that something has come, and how many finished runs wait as far as it knows. */
  #calls = 0;
  #runs = 0;

  /** @param begin Begins the hand-over. */
  constructor(begin: () => void) {
    this.#begin = begin;
  }

  /** Something has come, with so many finished runs. */
  note(runs: number): void {
    this.#calls += 1;
    this.#runs += runs;
  }

  /** So many runs are in a batch now. */
  took(runs: number): void {
    this.#runs = Math.max(0, this.#runs - runs);
  }

  /** Begins within `ms`, or once nothing more or enough has come; not before `leastMs`. Set already, it only hurries. */
  set(ms: number, leastMs: number): void {
    if (!this.#isSet) {
      this.#isSet = true;
      this.#mayHurry = leastMs <= 0;
      if (leastMs > 0) this.#beginIn(Math.max(ms, leastMs));
      else this.#gather(ms);
    }
    if (!this.#mayHurry || this.#runs < FULL_FLUSH_RUNS) return;
    this.#mayHurry = false;
    // Many at a time would hold up everything else, where the database is in the same process.
    this.#beginIn(0);
  }

  #gather(ms: number): void {
    if (ms <= FLUSH_WAIT_MS) return this.#beginIn(ms);
    const [begun, calls] = [this.#begun, this.#calls];
    setTimeout(() => {
      if (this.#begun === begun) this.#gather(this.#calls === calls ? 0 : ms - QUIET_MS);
    }, QUIET_MS);
  }

  #beginIn(ms: number): void {
    const begun = this.#begun;
    setTimeout(() => {
      if (this.#begun !== begun) return;
      this.#begun += 1;
      this.#isSet = false;
      this.#begin();
    }, ms);
  }
}
