// How many bytes of webhook bodies this isolate holds at once: from before a body is read until its inbox has it, or
// it is refused. Does not read anything.
import { BODY_HOLD_MS, MAX_BODY_BYTES_UNDER_WAY, ROOM_FOR_SMALL_BODIES_BYTES, SMALL_BODY_BYTES } from "../limits.ts";

/** One body's part of the room. */
export interface HeldBody {
  /** Makes it larger; false, and no larger, where there is no room. */
  readonly grow: (bytes: number) => boolean;
  /** The body is gone. */
  readonly close: () => void;
}

interface Hold {
  readonly since: number;
  bytes: number;
}

export class BodyRoom {
  readonly #now: () => number;
  /** Those that hold something, the oldest first. */
  readonly #holds = new Set<Hold>();
  #bytes = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A body that is about to be read; it holds nothing yet. */
  open(): HeldBody {
    const hold: Hold = { since: this.#now(), bytes: 0 };
    return {
      grow: (bytes) => {
        const wanted = hold.bytes + bytes;
        // Some large ones that come slowly must not keep the many small ones out.
        const kept = wanted > SMALL_BODY_BYTES ? ROOM_FOR_SMALL_BODIES_BYTES : 0;
        const fits = (): boolean => this.#bytes + bytes <= MAX_BODY_BYTES_UNDER_WAY - kept;
        if (!fits()) this.#letGoOfOld();
        if (!fits()) return false;
        hold.bytes = wanted;
        this.#bytes += bytes;
        this.#holds.add(hold);
        return true;
      },
      close: () => this.#letGo(hold),
    };
  }

  /** A request whose sender has gone may end without a word: nothing closes what it held. */
  #letGoOfOld(): void {
    const before = this.#now() - BODY_HOLD_MS;
    for (const hold of this.#holds) {
      if (hold.since > before) return;
      this.#letGo(hold);
    }
  }

  #letGo(hold: Hold): void {
    this.#holds.delete(hold);
    this.#bytes -= hold.bytes;
    hold.bytes = 0;
  }
}

/** The isolate's own. */
export const bodyRoom: BodyRoom = new BodyRoom(Date.now);
