// One round of load, with what it cost the other side in CPU time: on a shared machine the steadier number.
import { processUsage } from "../cli/supervisor/process-usage.ts";

export interface Round<Result> {
  readonly result: Result;
  /** CPU time of the processes meanwhile; NaN where nobody counts it. */
  readonly cpuMicroseconds: number;
}

/** Runs `work` and reads what processes used meanwhile. */
export async function sampleRound<Result>(
  pids: readonly (number | null)[],
  work: () => Promise<Result>,
): Promise<Round<Result>> {
  const before = await usedBy(pids);
  const result = await work();
  return { result, cpuMicroseconds: (await usedBy(pids)) - before };
}

/** CPU time of them together. */
async function usedBy(pids: readonly (number | null)[]): Promise<number> {
  const used = await Promise.all(pids.map((pid) => processUsage(pid)));
  return used.reduce((sum, usage) => sum + (usage?.cpuMicroseconds ?? NaN), 0);
}
