// Writes what comes in while an earlier write is under way as one batch. The unit of durability, nothing else.

/**
 * `add` resolves with its item's result once `write` has run for a batch that holds it and `sync` has confirmed
 * the batch on disk, which holds at most `most`. A failing batch rejects all of its callers: none of them was promised anything.
 */
export function createGroupCommit<Item, Done>(
  write: (items: readonly Item[]) => Done[],
  sync: () => Promise<void>,
  most: number,
): (item: Item) => Promise<Done> {
  interface Waiting {
    readonly item: Item;
    readonly resolve: (done: Done) => void;
    readonly reject: (reason: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let busy = false;

  async function commitAll(): Promise<void> {
    busy = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, most);
      waiting = waiting.slice(most);
      try {
        const done = write(batch.map(({ item }) => item));
        await sync();
        batch.forEach(({ resolve }, index) => resolve(done[index] as Done));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    busy = false;
  }

  return (item) =>
    new Promise<Done>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!busy) void commitAll();
    });
}
