// When the next hand-over begins: soon, or later while much comes, for as long as it does. Hands over nothing.
import { FLUSH_WAIT_MS } from "../limits.ts";

export class FlushTimer {
  readonly #begin: () => void;
  #isSet = false;
  /** How often it was told that something has come. */
  #calls = 0;

  /** @param begin Begins the hand-over. */
  constructor(begin: () => void) {
    this.#begin = begin;
  }

  /** Something has come. */
  note(): void {
    this.#calls += 1;
  }

  /** Begins within `ms`, or once nothing more comes; not before `leastMs`. Set already, it stays as it is. */
  set(ms: number, leastMs: number): void {
    if (this.#isSet) return;
    this.#isSet = true;
    if (leastMs > 0) this.#beginIn(Math.max(ms, leastMs));
    else this.#gather(ms);
  }

  #gather(ms: number): void {
    if (ms <= FLUSH_WAIT_MS) return this.#beginIn(ms);
    const calls = this.#calls;
    setTimeout(() => this.#gather(this.#calls === calls ? 0 : ms - FLUSH_WAIT_MS), FLUSH_WAIT_MS);
  }

  #beginIn(ms: number): void {
    setTimeout(() => {
      this.#isSet = false;
      this.#begin();
    }, ms);
  }
}
