// Lets one plugin at a time load into its interpreter, which takes much CPU time, and the rest of the process have a turn
// in between. What it says holds for one isolate of the Worker, which outside of Cloudflare is the whole host with all
// its inboxes. Pure bookkeeping: nobody waits on another's promise, which may belong to another request.
import { COLD_LOAD_POLL_MS, COLD_LOAD_REST_MS, MAX_COLD_LOAD_MS } from "../limits.ts";

/** Leave to run in an isolate, and to load there what is not loaded yet. */
export interface LoadTurn {
  /** All is loaded, so the next may begin. */
  readonly loaded: () => void;
  /** The run is over: only after one that went well the next one there has nothing to load. */
  readonly ended: (wentWell: boolean) => void;
}

export class ColdLoads {
  readonly #now: () => number;
  /** Isolates whose last run went well: their interpreters are there, and loaded. */
  readonly #warm = new Set<string>();
  #holder: LoadTurn | null = null;
  /** When the next may load, even if the holder never says a word. */
  #freeAt = 0;

  /** @param now A clock in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Waits for a turn where the isolate of this name (null for one that nobody else gets) has to load; for `patienceMs` at
   * the most, then it loads all the same.
   */
  async enter(isolate: string | null, patienceMs: number): Promise<LoadTurn> {
    const turn: LoadTurn = {
      loaded: () => this.#release(turn),
      ended: (wentWell) => {
        this.#release(turn);
        if (isolate === null) return;
        if (wentWell) this.#warm.add(isolate);
        else this.#warm.delete(isolate);
      },
    };
    if (isolate !== null && this.#warm.has(isolate)) return turn;
    const until = this.#now() + patienceMs;
    while (this.#now() < Math.min(this.#freeAt, until)) await scheduler.wait(COLD_LOAD_POLL_MS);
    this.#holder = turn;
    this.#freeAt = this.#now() + MAX_COLD_LOAD_MS;
    return turn;
  }

  #release(turn: LoadTurn): void {
    if (this.#holder !== turn) return;
    this.#holder = null;
    this.#freeAt = this.#now() + COLD_LOAD_REST_MS;
  }
}

/** The isolate's own. */
export const coldLoads: ColdLoads = new ColdLoads(() => Date.now());
