// Dispatching on a journal of its own, with runs that do as they are told.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import type { RunReport } from "../../schemas/run.ts";
import { CpuLoad } from "../../worker/dispatch/cpu-load.ts";
import type { DispatcherDeps } from "../../worker/dispatch/dispatcher.ts";
import type { Journal } from "../../worker/dispatch/journal.ts";
import { OK, openDispatcher, plugin } from "./open-dispatcher.ts";

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const ONE = plugin("one", { retry: { max_attempts: 2 } });

/** What is known after a run of the plugin that took `cpuMs`. */
function cpuLoadAfter(cpuMs: number): CpuLoad {
  const cpuLoad = new CpuLoad(1_000);
  cpuLoad.ended(ONE.versionId, { ...OK, cpuMs });
  return cpuLoad;
}

/** Journals `events` events for the plugin, dispatches them with `run`, and answers with what the journal holds in the end. */
function dispatch(name: string, events: number, run: DispatcherDeps["run"]): Promise<Record<string, number>> {
  return runInDurableObject(env.INBOX.getByName(name), async (_, { storage }) => {
    const { dispatcher, append } = await openDispatcher(storage, { active: [ONE], run });
    for (let i = 0; i < events; i++) append(`ev_${i}`, ["one"]);
    await dispatcher.start();
    await vi.waitFor(() => expect([dispatcher.runsInFlight, dispatcher.nextDueAt]).toEqual([0, null]), {
      timeout: 5_000,
    });
    const count = (from: string): number =>
      storage.sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM ${from}`).one().n;
    const [lost, runs] = [count("finished WHERE rows LIKE '%\"lost\"%'"), count("finished")];
    return { dead: count("delivery WHERE state = 2"), left: count("delivery"), runs, lost };
  });
}

describe("Dispatcher", () => {
  test("runs each delivery once, however many there are", async () => {
    const seen: string[] = [];
    const run = async (_: string, { id }: { id: string }): Promise<RunReport> => {
      seen.push(id);
      await sleep(1);
      return OK;
    };
    expect(await dispatch("dispatch-all", 200, run)).toEqual({ dead: 0, left: 0, runs: 200, lost: 0 });
    expect(new Set(seen).size).toBe(200);
  });

  test.each([
    ["before the runs begin", new CpuLoad(Infinity), ["arrived", "sync", "arrived", "run"]],
    ["after the runs, if they compute next to nothing", cpuLoadAfter(0), ["arrived", "sync", "run", "arrived"]],
    ["before runs that take some time", cpuLoadAfter(50), ["arrived", "sync", "arrived", "run"]],
  ])("what arrives while a claim is written is written %s", async (name, cpuLoad, expected) => {
    await runInDurableObject(env.INBOX.getByName(`dispatch-arrived ${name}`), async (_, { storage }) => {
      const steps: string[] = [];
      const { dispatcher, append } = await openDispatcher(storage, {
        active: [ONE],
        run: async () => {
          steps.push("run");
          return OK;
        },
        sync: async () => {
          expect(dispatcher.isGathering).toBe(true);
          steps.push("sync");
          await storage.sync();
        },
        writeArrived: () => steps.push("arrived"),
        cpuLoad,
      });
      append("ev_1", ["one"]);
      await dispatcher.start();
      await vi.waitFor(() => expect([dispatcher.isGathering, dispatcher.runsInFlight]).toEqual([false, 0]));
      expect(steps.slice(0, 4)).toEqual(expected);
    });
  });

  test("whoever waits for its turn is written when it fails, and nothing is left to it any more", async () => {
    await runInDurableObject(env.INBOX.getByName("dispatch-sync-fails"), async (_, { storage }) => {
      const writeArrived = vi.fn();
      const { dispatcher, append } = await openDispatcher(storage, {
        active: [ONE],
        run: async () => OK,
        sync: () => Promise.reject(new Error("disk")),
        writeArrived,
      });
      append("ev_1", ["one"]);
      await dispatcher.start();
      expect(dispatcher.isGathering).toBe(false);
      expect(writeArrived).toHaveBeenCalledTimes(2);
    });
  });

  test("a run that throws, which is a bug of ours, gives its place back and is lost", async () => {
    const run = (): Promise<RunReport> => Promise.reject(new Error("a bug"));
    expect(await dispatch("dispatch-throws", 4, run)).toEqual({ dead: 4, left: 4, runs: 8, lost: 8 });
  });

  test("an ending that cannot be written is written later, and its delivery ends once", async () => {
    let failing = true;
    await runInDurableObject(env.INBOX.getByName("dispatch-unwritten"), async (_, { storage }) => {
      const { dispatcher, journal, append } = await openDispatcher(storage, { active: [ONE], run: async () => OK });
      failToFinish(journal, () => failing);
      append("ev_1", ["one"]);
      await dispatcher.start();
      await vi.waitFor(() => expect(dispatcher.runsInFlight).toBe(0));
      await dispatcher.start();
      // It keeps the inbox awake.
      expect(dispatcher.nextDueAt).toBe(0);
      failing = false;
      await dispatcher.start();
      expect(dispatcher.nextDueAt).toBeNull();
      expect(storage.sql.exec("SELECT * FROM delivery").toArray()).toEqual([]);
      expect(storage.sql.exec("SELECT * FROM finished").toArray()).toHaveLength(1);
    });
  });

  test("of an ending that is too large, what the plugin was refused is written all the same", async () => {
    await runInDurableObject(env.INBOX.getByName("dispatch-too-large"), async (_, { storage }) => {
      const target = "a".repeat(10_000);
      const report: RunReport = {
        ...OK,
        calls: [{ kind: "net", target, result: "failed", startedAt: 1, ms: 1, detail: null }],
        refusals: [{ capability: "net", wanted: "evil.example:443", at: 1 }],
      };
      const { dispatcher, journal, append } = await openDispatcher(storage, { active: [ONE], run: async () => report });
      // The platform's limit of a row, which is not there locally.
      failToFinish(journal, (given) => JSON.stringify(given).length > target.length);
      append("ev_1", ["one"]);
      await dispatcher.start();
      await vi.waitFor(() => expect(dispatcher.runsInFlight).toBe(0));
      await dispatcher.start();
      const written = JSON.stringify(storage.sql.exec("SELECT * FROM finished").toArray());
      expect(written).toContain("net: evil.example:443");
    });
  });
});

function failToFinish(journal: Journal, isRefused: (given: unknown) => boolean): void {
  const finish = journal.finish.bind(journal);
  const finishAgain = journal.finishAgain.bind(journal);
  const check = (given: unknown): void => {
    if (isRefused(given)) throw new Error("string or blob too big");
  };
  vi.spyOn(journal, "finish").mockImplementation((attempts) => {
    check(attempts);
    return finish(attempts);
  });
  vi.spyOn(journal, "finishAgain").mockImplementation((attempt) => {
    check(attempt);
    return finishAgain(attempt);
  });
}

/** The storage, whose next statement that holds `text` fails once `fail` is called. */
function failingOnce(storage: DurableObjectStorage, text: string): { storage: DurableObjectStorage; fail: () => void } {
  let failing = false;
  const through = <Target extends object>(target: Target, own: Partial<Target>): Target =>
    new Proxy(target, {
      get(from, name: keyof Target & string) {
        if (Object.hasOwn(own, name)) return own[name];
        const value = from[name];
        return typeof value === "function" ? (value.bind(from) as unknown) : value;
      },
    });
  const exec: SqlStorage["exec"] = (query, ...bindings) => {
    if (failing && query.includes(text)) {
      failing = false;
      throw new Error("database or disk is full");
    }
    return storage.sql.exec(query, ...(bindings as SqlStorageValue[]));
  };
  return { storage: through(storage, { sql: through(storage.sql, { exec }) }), fail: () => void (failing = true) };
}

describe("a statement that fails", () => {
  const THREW: RunReport = { ...OK, outcome: { type: "threw", name: "Error", message: "no", stack: null } };
  const TWO = plugin("two", { retry: { max_attempts: 1 } });

  test("half way through the endings of several leaves each with one end, and their lanes in order", async () => {
    await runInDurableObject(env.INBOX.getByName("dispatch-half-settled"), async (_, { storage: whole }) => {
      const { storage, fail } = failingOnce(whole, "SET state = 2");
      const begun: string[] = [];
      const run: DispatcherDeps["run"] = async (_runId, { id, pluginName }) => {
        begun.push(id);
        await scheduler.wait(20);
        return pluginName === "two" ? THREW : OK;
      };
      const { dispatcher, append } = await openDispatcher(storage, { active: [ONE, TWO], run });
      for (const id of ["a", "b", "c"]) append(id, ["one"], "asset");
      append("x", ["two"]);
      fail();
      await dispatcher.start();
      append("d", ["one"], "asset");
      await vi.waitFor(() => expect([begun.length, dispatcher.runsInFlight]).toEqual([5, 0]));
      await dispatcher.start();
      expect(begun.filter((id) => id.endsWith("one"))).toEqual(["a one", "b one", "c one", "d one"]);
      expect(whole.sql.exec("SELECT id, state FROM delivery").toArray()).toEqual([{ id: "x two", state: 2 }]);
      expect(whole.sql.exec("SELECT COUNT(*) AS n FROM finished").one()).toEqual({ n: 5 });
    });
  });

  test("in what follows from an ending leaves the ending written", async () => {
    await runInDurableObject(env.INBOX.getByName("dispatch-follow-up"), async (_, { storage }) => {
      const { dispatcher, pauses, append } = await openDispatcher(storage, { active: [ONE], run: async () => OK });
      vi.spyOn(pauses, "ended").mockImplementationOnce(() => {
        throw new Error("database or disk is full");
      });
      append("ev_1", ["one"]);
      await dispatcher.start();
      await vi.waitFor(() => expect(storage.sql.exec("SELECT * FROM finished").toArray()).toHaveLength(1));
      expect(storage.sql.exec("SELECT * FROM delivery").toArray()).toEqual([]);
      expect([dispatcher.runsInFlight, dispatcher.nextDueAt]).toEqual([0, null]);
    });
  });
});

test("what was claimed in a turn that failed runs with the next one", async () => {
  await runInDurableObject(env.INBOX.getByName("dispatch-turn-fails"), async (_, { storage }) => {
    const done: string[] = [];
    const run: DispatcherDeps["run"] = async (_runId, { id }) => {
      done.push(id);
      return OK;
    };
    const bury = vi
      .fn<DispatcherDeps["bury"]>(() => ({ more: false, freed: [] }))
      .mockImplementationOnce(() => {
        throw new Error("no room");
      });
    const { dispatcher, append, pauses } = await openDispatcher(storage, { active: [ONE, plugin("bad")], run, bury });
    pauses.quarantine("bad", "it did", "bad");
    append("ev_1", ["one", "bad"]);
    await dispatcher.start();
    expect(done).toEqual([]);
    // It keeps the inbox awake.
    expect(dispatcher.runsInFlight).toBe(1);
    await dispatcher.start();
    await vi.waitFor(() => expect([done, dispatcher.runsInFlight]).toEqual([["ev_1 one"], 0]));
  });
});

describe("order and fairness", () => {
  test("one asset's events run one after another, others beside them, and retries keep the order", async () => {
    await runInDurableObject(env.INBOX.getByName("dispatch-order"), async (_, { storage }) => {
      const begun: string[] = [];
      const open = new Map<string, number>();
      let most = 0;
      const run: DispatcherDeps["run"] = async (_runId, { id, attempt, facts }) => {
        begun.push(`${id} #${attempt}`);
        const asset = facts.assetId ?? id;
        open.set(asset, (open.get(asset) ?? 0) + 1);
        expect(open.get(asset)).toBe(1);
        most = Math.max(most, [...open.values()].filter((n) => n > 0).length);
        await sleep(5);
        open.set(asset, 0);
        if (id === "ev_1 one" && attempt === 1)
          return { ...OK, outcome: { type: "threw", name: "Error", message: "again", stack: null } };
        return OK;
      };
      const { dispatcher, append } = await openDispatcher(storage, { active: [ONE], run });
      for (let i = 0; i < 5; i++) append(`ev_${i}`, ["one"], "asset a");
      for (let i = 0; i < 5; i++) append(`other_${i}`, ["one"], `asset ${i}`);
      await dispatcher.start();
      await vi.waitFor(() => expect([dispatcher.runsInFlight, dispatcher.nextDueAt]).toEqual([0, null]));
      expect(begun.filter((each) => each.startsWith("ev_"))).toEqual([
        ...["ev_0 one #1", "ev_1 one #1", "ev_1 one #2", "ev_2 one #1", "ev_3 one #1", "ev_4 one #1"],
      ]);
      expect(most).toBeGreaterThan(1);
    });
  });

  test("nine plugins come through beside one that floods with runs that do not end", async () => {
    await runInDurableObject(env.INBOX.getByName("dispatch-fair"), async (_, { storage }) => {
      const names = Array.from({ length: 10 }, (_each, i) => `p${i}`);
      const done: string[] = [];
      const release = Promise.withResolvers<void>();
      const run: DispatcherDeps["run"] = async (_runId, { id, pluginName }) => {
        if (pluginName === "p0") await release.promise;
        else await sleep(1);
        done.push(id);
        return OK;
      };
      const { dispatcher, append } = await openDispatcher(storage, { active: names.map((name) => plugin(name)), run });
      for (let i = 0; i < 200; i++) append(`flood_${i}`, ["p0"]);
      for (let i = 0; i < 10; i++) append(`ev_${i}`, names.slice(1));
      await dispatcher.start();
      await vi.waitFor(() => expect(done).toHaveLength(90), { timeout: 5_000 });
      release.resolve();
      await vi.waitFor(() => expect(done).toHaveLength(290), { timeout: 5_000 });
    });
  });

  test("more busy plugins than isolates: all have their turn, long before any of them is through", async () => {
    await runInDurableObject(env.INBOX.getByName("dispatch-turns"), async (_, { storage }) => {
      const names = Array.from({ length: 12 }, (_each, i) => `p${i}`);
      const begun: string[] = [];
      const next = new Map<string, () => void>();
      // Ends when the plugin's next run has begun, so that a busy plugin never happens to have nothing under way.
      const run: DispatcherDeps["run"] = async (_runId, { pluginName }) => {
        begun.push(pluginName);
        next.get(pluginName)?.();
        await Promise.race([new Promise<void>((resolve) => next.set(pluginName, resolve)), sleep(50)]);
        return OK;
      };
      const active = names.map((name) => plugin(name, { delivery: { order: "asset", concurrency: 2 } }));
      const { dispatcher, append } = await openDispatcher(storage, { active, run });
      for (let i = 0; i < 60; i++) append(`ev_${i}`, names);
      await dispatcher.start();
      await vi.waitFor(() => expect(begun).toHaveLength(720), { timeout: 10_000 });
      // What the first eight would have taken alone, had they kept their isolates until they had nothing left.
      expect(new Set(begun.slice(0, 8 * 60)).size).toBe(12);
    });
  });
});
