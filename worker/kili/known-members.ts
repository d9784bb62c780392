// Which project assets, labels and issues are in, as far as Kili has said so. Kili never moves them, so what is known
// stays true; it is forgotten when there is too much of it.
import type { Member } from "./project-targets.ts";

const MAX_KNOWN = 20_000;

export class KnownMembers {
  #projects = new Map<string, string>();

  remember({ kind, id }: Member, projectId: string): void {
    if (this.#projects.size >= MAX_KNOWN) this.#projects = new Map();
    this.#projects.set(`${kind} ${id}`, projectId);
  }

  projectOf({ kind, id }: Member): string | null {
    return this.#projects.get(`${kind} ${id}`) ?? null;
  }
}
