// What supervision does about a host that cannot be opened anew, with processes that end by themselves as its runtime.
import { spawn, type ChildProcess } from "node:child_process";
import { expect, it, vi } from "vitest";
import { ok } from "../../schemas/result.ts";
import { supervise } from "../../cli/supervisor/supervise.ts";
import type { Supervised } from "../../cli/supervisor/supervised.ts";

/** Something whose runtime is a process that lives for so long, and another one after that. */
function partOf(seconds: number): Supervised & { readonly runtimes: ChildProcess[] } {
  const runtimes: ChildProcess[] = [];
  return {
    runtimes,
    runtime() {
      const last = runtimes.at(-1);
      if (last === undefined || last.exitCode !== null) runtimes.push(spawn("sleep", [String(seconds)]));
      return runtimes.at(-1) ?? null;
    },
    probe: async () => {},
    async close() {
      for (const runtime of runtimes) runtime.kill("SIGKILL");
    },
  };
}

it("goes on, whatever opening anew throws", async () => {
  const lasting = partOf(60);
  const said: string[] = [];
  const endings: boolean[] = [];
  let opened = 0;
  const supervision = supervise(partOf(0.05), {
    name: "runtime",
    afterwards: "it is tried again",
    limits: { frozenMs: 60_000, silentMs: 60_000, maxResidentBytes: 2 ** 40 },
    note: ({ message }) => said.push(message),
    onEnding: (fromOutside) => endings.push(fromOutside),
    async open() {
      opened += 1;
      if (opened === 1) throw new Error("the database is locked");
      return ok(lasting);
    },
  });
  try {
    await vi.waitFor(() => expect(lasting.runtimes).toHaveLength(1), { timeout: 20_000 });
    expect(opened).toBe(2);
    expect(said.join("\n")).toContain("Cannot open the runtime anew: the database is locked");
    expect(said.join("\n")).toMatch(/The runtime (died|was ended from outside): it is tried again/);
    expect(endings.length).toBeGreaterThanOrEqual(5);
  } finally {
    await supervision.close();
  }
  expect(lasting.runtimes[0]?.killed).toBe(true);
});
