// Runs that compute much, where they share a thread with whoever is asked whether the process is frozen: few at once,
// with room between them for the answer. Those that compute little, and hosts that nobody watches, notice nothing.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import type { RunReport } from "../../schemas/run.ts";
import { CpuLoad } from "../../worker/dispatch/cpu-load.ts";
import { MAX_RUNS_IN_FLIGHT_PER_PLUGIN } from "../../worker/limits.ts";
import { OK, openDispatcher, plugin } from "./open-dispatcher.ts";

const BUDGET_MS = 1_000;
const limits = { cpu_ms: 1_000, timeout_ms: 60_000, subrequests: 0, log_lines: 0 };
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Most runs at once of forty events' that each say they took `cpuMs`, and most of the first that were begun. */
async function mostAtOnce(
  name: string,
  cpuLoad: CpuLoad,
  cpuMs: number | null,
): Promise<{ most: number; first: number }> {
  const now = { running: 0, ended: 0 };
  const most = { most: 0, first: 0 };
  const run = async (): Promise<RunReport> => {
    now.running += 1;
    most.most = Math.max(most.most, now.running);
    if (now.ended === 0) most.first = Math.max(most.first, now.running);
    await sleep(4);
    now.running -= 1;
    now.ended += 1;
    return { ...OK, cpuMs };
  };
  await runInDurableObject(env.INBOX.getByName(name), async (_, { storage }) => {
    const { dispatcher, append } = await openDispatcher(storage, { active: [plugin("one", { limits })], run, cpuLoad });
    for (let i = 0; i < 40; i++) append(`ev_${i}`, ["one"]);
    await dispatcher.start();
    await vi.waitFor(() => expect([dispatcher.runsInFlight, dispatcher.nextDueAt]).toEqual([0, null]), 8_000);
  });
  expect(now.ended).toBe(40);
  return most;
}

describe("runs of one version at once", () => {
  test.each([
    ["as the budget has room for", 300, { most: 3, first: 2 }],
    ["one, though it takes more than there is", 1_900, { most: 2, first: 2 }],
    ["as many as ever, if they compute little", 20, { most: MAX_RUNS_IN_FLIGHT_PER_PLUGIN, first: 2 }],
    ["as many as ever, if it is too little to measure", null, { most: MAX_RUNS_IN_FLIGHT_PER_PLUGIN, first: 2 }],
  ])("%s", async (name, cpuMs, expected) => {
    expect(await mostAtOnce(`cpu ${name}`, new CpuLoad(BUDGET_MS), cpuMs)).toEqual(expected);
  });

  test("are not held back where nobody watches", async () => {
    const { most, first } = await mostAtOnce("cpu unwatched", new CpuLoad(Infinity), 1_900);
    expect([most, first]).toEqual([MAX_RUNS_IN_FLIGHT_PER_PLUGIN, MAX_RUNS_IN_FLIGHT_PER_PLUGIN]);
  });
});

describe("CpuLoad", () => {
  const one = plugin("one", { limits });
  const after = (...runs: readonly Pick<RunReport, "cpuMs" | "outcome">[]): number => {
    const load = new CpuLoad(BUDGET_MS);
    for (const run of runs) load.ended("one", run);
    return load.concurrency(one);
  };

  test("remembers for a while what a version took at its worst", () => {
    const heavy = { ...OK, cpuMs: 500 };
    expect(after(heavy)).toBe(2);
    expect(after(heavy, OK, OK)).toBe(2);
    expect(after(heavy, ...Array<RunReport>(60).fill(OK))).toBeGreaterThan(100);
  });

  test("learns nothing from what was cut off before it could say", () => {
    const lost = { outcome: { type: "lost", message: "" }, cpuMs: null } as const;
    expect(after(lost)).toBe(after());
    expect(after({ ...OK, cpuMs: 900 }, lost)).toBe(1);
  });

  test("calls light what is known to take little, all of it together", () => {
    const load = new CpuLoad(BUDGET_MS);
    expect([load.isLight([]), load.isLight(["one"])]).toEqual([true, false]);
    load.ended("none", { ...OK, cpuMs: null });
    load.ended("few", { ...OK, cpuMs: 4 });
    expect(load.isLight(Array<string>(16).fill("none"))).toBe(true);
    expect(load.isLight(["few", "few", "none"])).toBe(true);
    expect(load.isLight(["few", "few", "few"])).toBe(false);
    expect(load.isLight(["none", "one"])).toBe(false);
  });

  test("rests once after a run that took much, and not after others", async () => {
    const waits = vi.spyOn(scheduler, "wait");
    const load = new CpuLoad(BUDGET_MS);
    load.ended("one", { ...OK, cpuMs: 100 });
    await load.rest();
    expect(waits).not.toHaveBeenCalled();
    load.ended("one", { ...OK, cpuMs: 900 });
    load.ended("two", OK);
    await load.rest();
    await load.rest();
    expect(waits).toHaveBeenCalledOnce();
    waits.mockRestore();
  });
});
