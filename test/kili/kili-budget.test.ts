// The budget all share: the Durable Object itself, and how calls ask it.
import { env, runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { kiliCallsPerMinute, type Env, type KiliBudgetRpc } from "../../worker/env.ts";
import { openCallBudget } from "../../worker/kili/call-budget.ts";
import { KiliBudget } from "../../worker/kili/kili-budget.ts";
import { Leases } from "../../worker/kili/leases.ts";
import { KILI_LEASE_MS, MAX_KILI_LEASE, MAX_KILI_WAITERS } from "../../worker/limits.ts";

let budgets = 0;

/** A budget of its own with so many calls, as an object and not over RPC, on the test's clock. */
async function withBudget(calls: number, run: (budget: KiliBudget) => Promise<void>): Promise<void> {
  const stub = env.KILI_BUDGET.getByName(`budget-${(budgets += 1)}`);
  await runInDurableObject(stub, async (_, state) => {
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
    try {
      await run(new KiliBudget(state, { KILI_CALLS_PER_MINUTE: String(calls) } as Env));
    } finally {
      vi.useRealTimers();
    }
  });
}

describe("KiliBudget", () => {
  test("over RPC: gives leave at once while there is some", async () => {
    const budget = env.KILI_BUDGET.getByName("rpc");
    expect(await budget.lease("a", 5, 1_000)).toBe(5);
    expect(await budget.lease("a", 10_000, 1_000)).toBe(MAX_KILI_LEASE);
  });

  test("whoever comes too late waits for the window, and gives up in time", async () => {
    await withBudget(3, async (budget) => {
      expect(await budget.lease("a", 3, 0)).toBe(3);
      expect(await budget.lease("a", 1, 0)).toBe(0);
      const patient = budget.lease("a", 1, 70_000);
      const hasty = budget.lease("a", 1, 5_000);
      await vi.advanceTimersByTimeAsync(5_000);
      expect(await hasty).toBe(0);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(await patient).toBe(1);
    });
  });

  test("of those who wait, the one who has used least comes first", async () => {
    await withBudget(4, async (budget) => {
      await budget.lease("greedy", 4, 0);
      const order: string[] = [];
      const wait = (flow: string) => budget.lease(flow, 1, 200_000).then((calls) => order.push(`${flow} ${calls}`));
      const all = [wait("greedy"), wait("greedy"), wait("greedy"), wait("greedy"), wait("modest"), wait("new")];
      await vi.advanceTimersByTimeAsync(200_000);
      await Promise.all(all);
      expect(order).toEqual(["greedy 1", "modest 1", "new 1", "greedy 1", "greedy 1", "greedy 1"]);
    });
  });

  test("when all places are taken, those who have few find room, and not those who have most", async () => {
    await withBudget(1, async (budget) => {
      await budget.lease("first", 1, 0);
      const greedy = Array.from({ length: MAX_KILI_WAITERS }, () => budget.lease("greedy", 1, 90_000));
      expect(await budget.lease("greedy", 1, 90_000)).toBe(0);
      const modest = budget.lease("modest", 1, 90_000);
      expect(await greedy.at(-1)).toBe(0);
      await vi.advanceTimersByTimeAsync(62_000);
      expect(await greedy[0]).toBe(1);
      await vi.advanceTimersByTimeAsync(28_000);
      expect((await Promise.all(greedy)).reduce((sum, granted) => sum + granted, 0)).toBe(1);
      expect(await modest).toBe(0);
    });
  });

  test("a pause makes everybody wait, and those who cannot are told at once", async () => {
    await withBudget(100, async (budget) => {
      await budget.pause(10_000);
      expect(await budget.lease("a", 1, 5_000)).toBe(0);
      const patient = budget.lease("b", 1, 20_000);
      await vi.advanceTimersByTimeAsync(9_000);
      expect(await Promise.race([patient, Promise.resolve("waiting")])).toBe("waiting");
      await vi.advanceTimersByTimeAsync(2_000);
      expect(await patient).toBe(1);
      expect(await budget.lease("a", 1, 0)).toBe(1);
    });
  });

  test("takes no nonsense", async () => {
    await withBudget(100, async (budget) => {
      expect(await budget.lease(5 as unknown as string, 1, 1)).toBe(0);
      expect(await budget.lease("a", Number.NaN, 1)).toBe(0);
      expect(await budget.lease("a", 1, Infinity)).toBe(0);
      await budget.pause(Number.NaN);
      await budget.pause(-5);
      expect(await budget.lease("a", -3, 0)).toBe(1);
    });
  });
});

describe("openCallBudget", () => {
  let now = 0;
  const asked: [flow: string, want: number, waitMs: number][] = [];
  const pauses: number[] = [];
  const errors: unknown[] = [];
  const open = (flow: string, leases: Leases, shared: Partial<KiliBudgetRpc> = {}) =>
    openCallBudget({
      flow,
      leases,
      until: 60_000,
      now: () => now,
      reportError: (error) => void errors.push(error),
      shared: {
        lease: async (name, want, waitMs) => {
          asked.push([name, want, waitMs]);
          return want;
        },
        pause: async (ms) => void pauses.push(ms),
        ...shared,
      },
    });

  beforeEach(() => {
    now = 0;
    for (const list of [asked, pauses, errors]) list.length = 0;
  });

  test("a flow that calls again and again asks for more at once, up to a point", async () => {
    const budget = open("a", new Leases());
    for (let call = 0; call < 40; call += 1) expect(await budget.take()).toBe(true);
    expect(asked.map(([, want]) => want)).toEqual([1, 2, 4, 8, 8, 8, 8, 8]);
  });

  test("leave that was not used lapses, and then it asks for one again", async () => {
    const budget = open("a", new Leases());
    for (let call = 0; call < 5; call += 1) await budget.take();
    now += KILI_LEASE_MS;
    await budget.take();
    expect(asked.map(([, want]) => want)).toEqual([1, 2, 4, 1]);
  });

  test("flows have leases of their own; a pause ends all of them", async () => {
    const leases = new Leases();
    const one = open("one", leases);
    const other = open("other", leases);
    await one.take();
    await one.take();
    await other.take();
    expect(asked.map(([flow, want]) => [flow, want])).toEqual([
      ["one", 1],
      ["one", 2],
      ["other", 1],
    ]);
    await other.pause(5_000);
    await one.take();
    expect(asked.at(-1)).toEqual(["one", 1, 60_000]);
    expect(pauses).toEqual([5_000]);
  });

  test("no leave is no leave, and when nobody can be asked the call is made", async () => {
    expect(await open("a", new Leases(), { lease: async () => 0 }).take()).toBe(false);
    const gone = open("a", new Leases(), {
      lease: () => Promise.reject(new Error("gone")),
      pause: () => Promise.reject(new Error("gone")),
    });
    expect(await gone.take()).toBe(true);
    await gone.pause(1);
    expect(errors).toHaveLength(2);
  });
});

test.each([
  [undefined, 500],
  ["250", 250],
  [" 60 ", 60],
  ["0", 500],
  ["many", 500],
])("KILI_CALLS_PER_MINUTE %o is %i", (setting, calls) => {
  expect(kiliCallsPerMinute({ KILI_CALLS_PER_MINUTE: setting } as Env)).toBe(calls);
});
