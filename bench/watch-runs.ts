// Notes when runs come into a history while a load goes on. Reads from outside, as history.ts does.
import { setTimeout as sleep } from "node:timers/promises";
import type { History } from "./history.ts";

const LOOK_MS = 10;

/** When the run of a row was there with its log line, in epoch milliseconds; up to a look later than it was. */
export type StoredAt = (rowid: number) => number;

/** Looks at the history for as long as `work` goes on. */
export async function watchRuns<Value>(
  history: Pick<History, "countRuns">,
  work: () => Promise<Value>,
): Promise<readonly [Value, StoredAt]> {
  /** Each with how many there were, fewer than in the next one. */
  const looks: { readonly count: number; readonly at: number }[] = [];
  const look = (): void => {
    const count = history.countRuns();
    if (count > (looks.at(-1)?.count ?? -1)) looks.push({ count, at: Date.now() });
  };
  const end = new AbortController();
  const watching = (async () => {
    for (look(); !end.signal.aborted; look()) await sleep(LOOK_MS);
  })();
  try {
    return [await work(), (rowid) => looks[firstWith(rowid)]?.at ?? NaN];
  } finally {
    end.abort();
    await watching;
  }

  function firstWith(rowid: number): number {
    let [low, high] = [0, looks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((looks[middle]?.count ?? Infinity) >= rowid) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
