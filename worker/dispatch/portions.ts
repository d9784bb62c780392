// How much goes to the history in one hand-over. Usually all there is; after failures ever less, down to one thing by
// itself, so that one which the database refuses is found and holds up nothing else. Knows no database, and no clock.
import { MAX_FLUSH_RUNS } from "../limits.ts";

/** After so many failures in a row it may be what is handed over, and not the database. */
const TRUSTED_FAILURES = 3;
/** What is left of a portion that was refused. */
const SHARE = 1 / 16;

/** Numbers of the events and of the finished runs in a portion. */
export interface Portion {
  readonly events: readonly number[];
  readonly runs: readonly number[];
}

type Kind = keyof Portion;
const KINDS: readonly Kind[] = ["events", "runs"];

export class Portions {
  #most = Infinity;
  #failures = 0;
  /** Of each kind, those up to here were refused by themselves or came before such a one: others go first. */
  readonly #past = { events: 0, runs: 0 };
  /** Of each kind, whether another was taken after one was refused by itself. */
  readonly #isTaken = { events: false, runs: false };

  /** How much the next one may hold. */
  get most(): number {
    return this.#most;
  }

  /** Numbers of a kind up to which nothing belongs in the next one. */
  past(kind: Kind): number {
    return this.#past[kind];
  }

  /** Nothing is left but what is passed over. Gives whether there is such, which belongs in the next one then. */
  startOver(): boolean {
    const wasPast = KINDS.some((kind) => this.#past[kind] > 0);
    for (const kind of KINDS) this.#past[kind] = 0;
    return wasPast;
  }

  taken(portion: Portion): void {
    this.#failures = 0;
    const kinds = KINDS.filter((kind) => portion[kind].length > 0);
    const isPast = kinds.some((kind) => this.#past[kind] > 0);
    // What was passed over has its turn, by itself.
    this.#most = isPast ? 1 : this.#most * 2 < MAX_FLUSH_RUNS ? this.#most * 2 : Infinity;
    for (const kind of kinds) {
      this.#isTaken[kind] = this.#past[kind] > 0;
      this.#past[kind] = 0;
    }
  }

  /** Gives whether it is the portion's fault for certain: it was one thing, and the database took another like it. */
  refused(portion: Portion): boolean {
    this.#failures += 1;
    const size = portion.events.length + portion.runs.length;
    if (this.#most === Infinity && this.#failures < TRUSTED_FAILURES) return false;
    this.#most = Math.max(1, Math.floor(size * SHARE));
    if (size > 1) return false;
    const kind = portion.runs.length > 0 ? "runs" : "events";
    const isAtFault = this.#isTaken[kind];
    this.#isTaken[kind] = false;
    if (!isAtFault) this.#past[kind] = portion[kind][0] ?? 0;
    return isAtFault;
  }
}
