// The workerd processes below a process, at whatever depth. Linux only: elsewhere there is no /proc to read.
import { readdir, readFile } from "node:fs/promises";

export interface Runtime {
  readonly pid: number;
  /** The host's database, which has a process of its own where the command line runs it. */
  readonly isDatabase: boolean;
}

/** Which there are, and what each is for. */
export async function findRuntimes(above: number): Promise<readonly Runtime[]> {
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
  return Promise.all(runtimes.filter(isBelow).map(async (pid) => ({ pid, isDatabase: await isDatabase(pid) })));
}

async function isDatabase(pid: number): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
  return environment.split("\0").includes("KILI_EDGE_PROCESS=database");
}
