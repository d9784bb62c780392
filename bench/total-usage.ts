// What several processes use together, the host being more than one.
import { processUsage, type ProcessUsage } from "../cli/supervisor/process-usage.ts";

/** The sums; NaN where nobody counts, or where one of them is not known. */
export async function totalUsage(pids: readonly (number | null)[]): Promise<ProcessUsage> {
  const usages = await Promise.all(pids.map((pid) => processUsage(pid)));
  const sum = (what: keyof ProcessUsage): number => usages.reduce((total, usage) => total + (usage?.[what] ?? NaN), 0);
  return { cpuMicroseconds: sum("cpuMicroseconds"), residentBytes: sum("residentBytes") };
}
