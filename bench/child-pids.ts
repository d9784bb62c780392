// Which processes one has started. Linux only: elsewhere the answer is empty.
import { readdir, readFile } from "node:fs/promises";

/** Ids of the direct children of a process, by default this one, that run `command`. */
export async function childPids(command: string, of: number = process.pid): Promise<readonly number[]> {
  const pids: number[] = [];
  for (const entry of await readdir("/proc").catch(() => [])) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, "utf8").catch(() => "");
    // The name in brackets may hold anything, spaces and brackets too.
    const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    if (name === command && parent === of) pids.push(Number(entry));
  }
  return pids;
}
