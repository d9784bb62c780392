// What goes to the history one by one, once it has been refused together again and again: so that what the database never
// takes is told from a database that is not well. Hands nothing over, and knows no clock.
import type { UnflushedRun, UnstoredEvent } from "./outbox.ts";

/** One thing of those that are handed over. */
export type LoneItem =
  { readonly kind: "run"; readonly run: UnflushedRun } | { readonly kind: "event"; readonly event: UnstoredEvent };

/** With nothing taken in between, so many refusals are enough to leave the database alone for a while. */
const MAX_REFUSED_FIRST = 4;

export class LoneItems {
  /** Refused by themselves of late: others go before them. */
  readonly #refused = new Set<string>();

  /**
   * Gives `items` to `take`, at most `most` of them, spread over all: what is refused often lies together. Those that it
   * refuses (false) while it takes others of their kind are given once more; the answer is what became of each.
   */
  async handOver(
    items: readonly LoneItem[],
    most: number,
    take: (item: LoneItem) => Promise<boolean>,
  ): Promise<{ readonly taken: readonly LoneItem[]; readonly atFault: readonly LoneItem[] }> {
    const taken: LoneItem[] = [];
    const refused: LoneItem[] = [];
    for (const item of this.#spread(items, most)) {
      if (taken.length === 0 && refused.length >= MAX_REFUSED_FIRST) break;
      if (await take(item)) taken.push(item);
      else refused.push(item);
    }
    const kinds = new Set(taken.map(({ kind }) => kind));
    const atFault: LoneItem[] = [];
    for (const item of refused) {
      if (!kinds.has(item.kind)) this.#refused.add(keyOf(item));
      // The database may have come back between that refusal and what it took.
      else if (await take(item)) taken.push(item);
      else atFault.push(item);
    }
    return { taken, atFault };
  }

  /** Nothing is refused any more. */
  clear(): void {
    this.#refused.clear();
  }

  #spread(items: readonly LoneItem[], most: number): readonly LoneItem[] {
    const [others = [], refused = []] = [false, true].map((was) =>
      items.filter((item) => this.#refused.has(keyOf(item)) === was),
    );
    // All had their turn.
    if (others.length === 0) this.#refused.clear();
    const strides = Math.min(MAX_REFUSED_FIRST, others.length);
    const first = Array.from({ length: strides }, (_, i) => others[Math.floor((i * others.length) / strides)]);
    return [...new Set([...first.filter((item) => item !== undefined), ...others, ...refused])].slice(0, most);
  }
}

function keyOf(item: LoneItem): string {
  return item.kind === "run" ? `run ${item.run.seq}` : `event ${item.event.seq}`;
}
