// When a process was born, as a word that no other process with its id has: ids are given again, in a container mostly the
// same ones after each start. Linux tells it; elsewhere nothing is known, and null says so.
import { readFile } from "node:fs/promises";

/** Where `starttime` is among what comes after the command's name in /proc/<pid>/stat: clock ticks since the boot. */
const START_TIME = 19;

/** The word for a process that is alive now; null for none, and where nobody says. */
export async function processBirth(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[START_TIME];
    return ticks === undefined ? null : `${boot.trim()} ${ticks}`;
  } catch {
    return null;
  }
}
