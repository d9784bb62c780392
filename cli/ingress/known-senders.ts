// Which senders the runtime has let in: only their calls are held here, since bodies of strangers cost memory. It keeps no
// secret and permits nothing: the runtime looks at each call all the same.
import { hash } from "node:crypto";

/** Webhook secrets there may be at once, each with and without its scheme. */
const MAX_SENDERS = 16;

export class KnownSenders {
  readonly #digests = new Set<string>();

  has(authorization: string | undefined): boolean {
    return authorization !== undefined && this.#digests.has(digestOf(authorization));
  }

  /** Whoever has not been let in for longest is forgotten when there are too many. */
  add(authorization: string | undefined): void {
    if (authorization === undefined) return;
    const digest = digestOf(authorization);
    this.#digests.delete(digest);
    this.#digests.add(digest);
    const [first] = this.#digests;
    if (this.#digests.size > MAX_SENDERS && first !== undefined) this.#digests.delete(first);
  }
}

/** Of a secret, so that looking for it tells nothing about it. */
function digestOf(authorization: string): string {
  return hash("sha256", authorization);
}
