// How many bytes of webhook bodies this isolate holds at once: from before a body is read until its inbox has it, or
// it is refused. Does not read anything.
import { MAX_BODY_BYTES_UNDER_WAY, ROOM_FOR_SMALL_BODIES_BYTES, SMALL_BODY_BYTES } from "../limits.ts";

export class BodyRoom {
  #bytes = 0;

  /** A body that is about to be read; it holds nothing yet. */
  open(): HeldBody {
    let held = 0;
    return {
      grow: (bytes) => {
        const wanted = held + bytes;
        // Some large ones that come slowly must not keep the many small ones out.
        const kept = wanted > SMALL_BODY_BYTES ? ROOM_FOR_SMALL_BODIES_BYTES : 0;
        if (this.#bytes + bytes > MAX_BODY_BYTES_UNDER_WAY - kept) return false;
        held = wanted;
        this.#bytes += bytes;
        return true;
      },
      close: () => {
        this.#bytes -= held;
        held = 0;
      },
    };
  }
}

/** One body's part of the room. */
export interface HeldBody {
  /** Makes it larger; false, and no larger, where there is no room. */
  readonly grow: (bytes: number) => boolean;
  /** The body is gone. */
  readonly close: () => void;
}
