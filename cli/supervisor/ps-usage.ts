// What a process uses, as `ps` tells it on systems without /proc, such as macOS. Asked seldom: each answer is a process.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { ProcessUsage } from "./process-usage.ts";

const PATIENCE_MS = 2_000;
const MICROSECONDS = 1_000_000;

/** What `ps` prints of a process; rejects when there is none. */
async function askPs(pid: number): Promise<string> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=,time=", "-p", String(pid)], {
    timeout: PATIENCE_MS,
    env: { ...process.env, LC_ALL: "C" },
  });
  return stdout;
}

/** The usage of a process; null where `ps` does not say. */
export async function psUsage(
  pid: number,
  ask: (pid: number) => Promise<string> = askPs,
): Promise<ProcessUsage | null> {
  try {
    // Kilobytes, and then [days-][hours:]minutes:seconds with or without a fraction.
    const found = /^\s*(\d+)\s+(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)\s*$/.exec(await ask(pid));
    if (found === null) return null;
    const [kilobytes = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found
      .slice(1)
      .map((part) => Number(part ?? 0));
    // What is dead and not yet buried has none.
    if (kilobytes === 0) return null;
    const all = ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
    return { cpuMicroseconds: Math.round(all * MICROSECONDS), residentBytes: kilobytes * 1024 };
  } catch {
    return null;
  }
}
