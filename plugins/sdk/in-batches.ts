// Mutations over many items, in calls of the size Kili takes.

/** The most items Kili takes in one mutation. */
const BATCH_ITEMS = 100;

/** Calls `callBatch` for one batch after the other, and gives all answers in order; no items, no call. */
export async function inBatches<Item, Answer>(
  items: readonly Item[],
  callBatch: (batch: readonly Item[]) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let start = 0; start < items.length; start += BATCH_ITEMS)
    answers.push(await callBatch(items.slice(start, start + BATCH_ITEMS)));
  return answers;
}
