// One round of load, with what it cost the other side in CPU time: on a shared machine the steadier number.
import { totalUsage } from "./total-usage.ts";

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
  const before = await totalUsage(pids);
  const result = await work();
  const { cpuMicroseconds } = await totalUsage(pids);
  return { result, cpuMicroseconds: cpuMicroseconds - before.cpuMicroseconds };
}
