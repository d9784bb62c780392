// Requests that are passed on: one after another on a connection, however many it sends at once, and a bounded number of
// them together. Each has a connection to the runtime, and so a file.
import type { Socket } from "node:net";

/** How many may be under way. */
const MAX_UNDER_WAY = 1_024;

export class Turns {
  readonly #last = new WeakMap<Socket, Promise<void>>();
  #underWay = 0;

  /** Does `work` when those before it on its connection are over; false, and nothing done, where there is no room. */
  async take(socket: Socket, work: () => Promise<void>): Promise<boolean> {
    if (this.#underWay >= MAX_UNDER_WAY) return false;
    this.#underWay += 1;
    const before = this.#last.get(socket);
    const done = (before ?? Promise.resolve()).then(() => (socket.destroyed ? undefined : work()));
    const over = done.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(socket, over);
    try {
      await done;
      return true;
    } finally {
      this.#underWay -= 1;
    }
  }
}
