// The workerd processes below a process, at whatever depth. Linux only: elsewhere there is no /proc to read.
import { readdir, readFile } from "node:fs/promises";

/** Their ids. */
export async function findRuntimes(above: number): Promise<readonly number[]> {
  const parents = new Map<number, number>();
  const runtimes: number[] = [];
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, "utf8").catch(() => "");
    const end = stat.lastIndexOf(")");
    parents.set(Number(entry), Number(stat.slice(end + 2).split(" ")[1]));
    if (stat.slice(stat.indexOf("(") + 1, end) === "workerd") runtimes.push(Number(entry));
  }
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && parent !== 0 && (parent === above || isBelow(parent));
  };
  return runtimes.filter(isBelow);
}
