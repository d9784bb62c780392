// What a process has used so far, as Linux counts it. Elsewhere nothing is known, and null says so.
import { readFile } from "node:fs/promises";

/** Linux counts CPU time for user space in hundredths of a second, whatever its kernel uses inside. */
const MICROSECONDS_PER_TICK = 10_000;

export interface ProcessUsage {
  /** User and system time of all threads. */
  readonly cpuMicroseconds: number;
  /** Resident memory. */
  readonly residentBytes: number;
}

/** Reads the usage of a process; null where there is no /proc, or no such process. */
export async function processUsage(pid: number | null): Promise<ProcessUsage | null> {
  if (pid === null) return null;
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    const kilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
    // What is dead and not yet buried has none.
    if (Number.isNaN(kilobytes)) return null;
    return { cpuMicroseconds: ticks * MICROSECONDS_PER_TICK, residentBytes: kilobytes * 1024 };
  } catch {
    return null;
  }
}
