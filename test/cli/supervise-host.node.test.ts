// What supervision does about a host that cannot be opened anew, with processes that end by themselves as its runtime.
import { spawn, type ChildProcess } from "node:child_process";
import { expect, it, vi } from "vitest";
import { ok } from "../../schemas/result.ts";
import type { Host } from "../../cli/host/open-host.ts";
import { superviseHost } from "../../cli/supervisor/supervise-host.ts";

/** A host whose runtime is a process that lives for so long, and another one after that. */
function hostOf(seconds: number): Host & { readonly runtimes: ChildProcess[] } {
  const runtimes: ChildProcess[] = [];
  return {
    url: "http://127.0.0.1:1",
    runtimes,
    runtime() {
      const last = runtimes.at(-1);
      if (last === undefined || last.exitCode !== null) runtimes.push(spawn("sleep", [String(seconds)]));
      return runtimes.at(-1) ?? null;
    },
    close: async () => {},
  };
}

it("goes on, whatever opening the host anew throws", async () => {
  const lasting = hostOf(60);
  const said: string[] = [];
  const endings: boolean[] = [];
  let opened = 0;
  const supervision = superviseHost(hostOf(0.05), {
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
    await vi.waitFor(() => expect(supervision.host()).toBe(lasting), { timeout: 20_000 });
    expect(said.join("\n")).toContain("the database is locked");
    expect(endings.length).toBeGreaterThanOrEqual(5);
  } finally {
    await supervision.stop();
    for (const runtime of lasting.runtimes) runtime.kill("SIGKILL");
  }
});
