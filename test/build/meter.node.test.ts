// How fuel is charged: to the run that uses it, and not for waiting.
import { setTimeout as wait } from "node:timers/promises";
import { beforeEach, describe, expect, it, vi } from "vitest";

type Meter = typeof import("../../plugins/sdk/meter.ts");
let meter: Meter;

beforeEach(async () => {
  // Each isolate has a meter of its own.
  vi.resetModules();
  meter = await import("../../plugins/sdk/meter.ts");
});

/** Uses CPU as metered code does, for `ms` milliseconds. */
function work(ms: number): void {
  let fuel = 0;
  for (const end = Date.now() + ms; Date.now() < end;) if (--fuel < 0) fuel = meter.refill();
}

describe("refill", () => {
  it("charges work, and not the waits between", async () => {
    const budget = meter.createBudget(200);
    await meter.enterRun(budget, async () => {
      for (let turn = 0; turn < 6; turn += 1) {
        work(5);
        await wait(60);
      }
    });
    expect(budget.exceeded).toBeNull();
    expect(budget.spentMs).toBeGreaterThan(0);
    expect(budget.ops).toBeGreaterThan(0);
  });

  it("charges each of two runs that take turns for its own work", async () => {
    const [greedy, modest] = [meter.createBudget(40), meter.createBudget(40)];
    const taking = async (ms: number): Promise<void> => {
      for (let turn = 0; turn < 5; turn += 1) {
        work(ms);
        await wait(1);
      }
    };
    const endings = await Promise.allSettled([
      meter.enterRun(greedy, () => taking(20)),
      meter.enterRun(modest, () => taking(2)),
    ]);
    expect(endings.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
    expect(greedy.exceeded).toContain("CpuLimitExceeded");
    expect(modest.exceeded).toBeNull();
  });

  it("throws for ever once a run is over, whatever is done to its budget", () => {
    const budget = meter.createBudget(5);
    meter.enterRun(budget, () => {
      expect(() => work(1_000)).toThrow(meter.CpuLimitExceeded);
      expect(() => meter.refill()).toThrow(/Cannot continue run/);
      Object.assign(budget, { cpuMs: 1e9, spentMs: 0, ops: 0, exceeded: null });
      expect(() => meter.refill()).toThrow(/Cannot continue run/);
    });
  });

  it("gives code outside of any run a little, and then no more", () => {
    expect(meter.currentRun()).toBeUndefined();
    expect(meter.refill()).toBeGreaterThan(0);
    expect(() => work(5_000)).toThrow(/outside of a run/);
    expect(() => meter.refill()).toThrow(/outside of a run/);
    meter.enterRun(meter.createBudget(50), () => expect(meter.refill()).toBeGreaterThan(0));
  });

  it("stops steps that take long soon after many that did not", () => {
    const budget = meter.createBudget(30);
    let fuel = 0;
    let steps = 0;
    const step = (ms: number): void => {
      for (const end = performance.now() + ms; performance.now() < end;);
      if (--fuel < 0) fuel = meter.refill();
    };
    meter.enterRun(budget, () => {
      for (let i = 0; i < 20_000; i += 1) if (--fuel < 0) fuel = meter.refill();
      expect(() => {
        for (;;) {
          step(1);
          steps += 1;
        }
      }).toThrow(meter.CpuLimitExceeded);
    });
    expect(steps).toBeLessThan(400);
  });

  it("leaves a run none of the fuel of those before it, nor what it leaves behind any of its own", () => {
    let fuel = 0;
    meter.onDrain(() => (fuel = 0));
    const step = (): void => {
      if (--fuel < 0) fuel = meter.refill();
    };
    meter.enterRun(meter.createBudget(30), step);
    expect(fuel).toBeGreaterThan(0);
    meter.enterRun(meter.createBudget(30), () => {
      expect(fuel).toBe(0);
      step();
      meter.leaveRun();
      expect(step).toThrow(meter.CpuLimitExceeded);
    });
  });

  it("counts what a run does between its last look at the clock and its end", () => {
    const budget = meter.createBudget(100);
    meter.enterRun(budget, () => {
      meter.refill();
      for (const end = performance.now() + 20; performance.now() < end;);
      meter.leaveRun();
    });
    expect(budget.spentMs).toBeGreaterThanOrEqual(18);
  });

  it("stops by the count of operations where the clock stands still", async () => {
    vi.resetModules();
    vi.spyOn(Date, "now").mockReturnValue(0);
    meter = await import("../../plugins/sdk/meter.ts");
    vi.restoreAllMocks();
    const budget = meter.createBudget(3);
    meter.enterRun(budget, () => {
      expect(() => {
        for (;;) meter.refill();
      }).toThrow(meter.CpuLimitExceeded);
    });
    expect(budget).toMatchObject({ spentMs: 0, cpuMs: 3 });
    expect(budget.ops).toBeGreaterThan(3_000_000);
  });
});
