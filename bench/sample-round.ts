// One round of load, with what it cost the other side in CPU time: on a shared machine the steadier number.
import { processUsage } from "../cli/supervisor/process-usage.ts";

export interface Round<Result> {
  readonly result: Result;
  /** CPU time of the process meanwhile; NaN where nobody counts it. */
  readonly cpuMicroseconds: number;
}

/** Runs `work` and reads what process `pid` used meanwhile. */
export async function sampleRound<Result>(pid: number | null, work: () => Promise<Result>): Promise<Round<Result>> {
  const before = await processUsage(pid);
  const result = await work();
  const after = await processUsage(pid);
  const cpuMicroseconds = before && after ? after.cpuMicroseconds - before.cpuMicroseconds : NaN;
  return { result, cpuMicroseconds };
}
