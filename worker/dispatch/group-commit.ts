// Writes what comes in while an earlier write is under way as one batch. The unit of durability, nothing else.

interface Waiting<Item, Done> {
  readonly item: Item;
  readonly resolve: (done: Done) => void;
  readonly reject: (reason: unknown) => void;
}

export interface GroupCommitDeps<Item, Done> {
  /** Writes a batch, at once. What it throws rejects the batch's callers: none of them was promised anything. */
  readonly write: (items: readonly Item[]) => Done[];
  /** Resolves when everything written so far is on disk. */
  readonly sync: () => Promise<void>;
  /** Most items of a batch. */
  readonly most: number;
  /** Whether somebody is about to call `writeNow` in any case. */
  readonly isLeftToOthers: () => boolean;
}

export class GroupCommit<Item, Done> {
  readonly #deps: GroupCommitDeps<Item, Done>;
  #waiting: Waiting<Item, Done>[] = [];
  #busy = false;

  constructor(deps: GroupCommitDeps<Item, Done>) {
    this.#deps = deps;
  }

  /** Resolves with the item's result once a batch that holds it is on disk. */
  add(item: Item): Promise<Done> {
    return new Promise<Done>((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#busy && !this.#deps.isLeftToOthers()) void this.#commitAll();
    });
  }

  /** Writes what waits at once, so that it is one commit with what its caller writes in the same turn. */
  writeNow(): void {
    void this.#commitSome();
  }

  async #commitAll(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.length > 0) {
      // A turn of the event loop, so that what arrives together is written together.
      await scheduler.wait(0);
      await this.#commitSome();
    }
    this.#busy = false;
  }

  async #commitSome(): Promise<void> {
    const batch = this.#waiting.slice(0, this.#deps.most);
    if (batch.length === 0) return;
    this.#waiting = this.#waiting.slice(this.#deps.most);
    if (this.#waiting.length > 0 && !this.#busy) void this.#commitAll();
    try {
      const done = this.#deps.write(batch.map(({ item }) => item));
      await this.#deps.sync();
      batch.forEach(({ resolve }, index) => resolve(done[index] as Done));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
