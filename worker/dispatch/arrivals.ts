// How many bytes of bodies an inbox holds that are on their way to its disk. Whoever sends them bounds its own, each
// isolate for itself; what many of them send at once is bounded here.
import { MAX_INBOX_BODY_BYTES, ROOM_FOR_SMALL_BODIES_BYTES, SMALL_BODY_BYTES } from "../limits.ts";

export class Arrivals {
  #bytes = 0;

  /** Counts a body while `work` goes on; null, and no work, where there is no room for it. */
  async hold<Value>(body: string | Uint8Array, work: () => Promise<Value>): Promise<Value | null> {
    const bytes = typeof body === "string" ? body.length : body.byteLength;
    const kept = bytes > SMALL_BODY_BYTES ? ROOM_FOR_SMALL_BODIES_BYTES : 0;
    if (this.#bytes + bytes > MAX_INBOX_BODY_BYTES - kept) return null;
    this.#bytes += bytes;
    try {
      return await work();
    } finally {
      this.#bytes -= bytes;
    }
  }
}
