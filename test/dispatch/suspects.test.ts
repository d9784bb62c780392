// Who is blamed when a process dies under runs. A process is a dispatcher here, and dies when a run says so: what it
// has under way then never ends, and the next one finds it on disk.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { RunReport } from "../../schemas/run.ts";
import type { ClaimedDelivery } from "../../worker/dispatch/claimed-delivery.ts";
import { JournalledSuspects } from "../../worker/dispatch/journalled-suspects.ts";
import { SUSPECT } from "../../worker/dispatch/journal-tables.ts";
import { Memory } from "../../worker/dispatch/memory.ts";
import { Solitude } from "../../worker/solitude.ts";
import { Suspects } from "../../worker/dispatch/suspects.ts";
import {
  MAX_SOLITUDE_MS,
  SOLITUDE_DRAIN_MS,
  SOLITUDE_GRACE_MS,
  SUSPECT_ALONE_MS,
  SUSPECT_POLL_MS,
} from "../../worker/limits.ts";
import { OK, openDispatcher, plugin, type Opened } from "./open-dispatcher.ts";

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface World {
  readonly storage: DurableObjectStorage;
  readonly active: Parameters<typeof openDispatcher>[1]["active"];
  /** True for an attempt that ends the process. */
  readonly kills: (delivery: ClaimedDelivery) => boolean;
  /** Whether the death with this number, from 1 on, is known to have come from outside. */
  readonly fromOutside?: (death: number) => boolean;
  /** How long it takes until such an attempt does; at once by default. */
  readonly fuseMs?: number;
  /** How long other attempts take. */
  readonly ms?: (delivery: ClaimedDelivery) => number;
  /** Called on the first process, before it starts anything. */
  readonly before: (opened: Opened) => void;
}

interface Fate {
  readonly deaths: number;
  /** Ids of deliveries that ended well, each as often as it did. */
  readonly done: readonly string[];
  readonly quarantined: readonly string[];
  /** By delivery: its last words in the dead letters. */
  readonly dead: ReadonlyMap<string, { reason: string; outcome: string | null }>;
}

/** Lets one process after another live until nothing is left to do. */
async function live(world: World): Promise<Fate> {
  const { storage, active, kills, fromOutside = () => false, fuseMs = 0, ms = () => 1, before } = world;
  const done: string[] = [];
  let deaths = 0;
  for (let first = true; ; first = false) {
    const death = Promise.withResolvers<"dead">();
    let isDead = false;
    const never = new Promise<RunReport>(() => {});
    const run = async (_: string, delivery: ClaimedDelivery): Promise<RunReport> => {
      if (isDead) return never;
      if (kills(delivery)) {
        if (fuseMs > 0) await sleep(fuseMs);
        isDead = true;
        death.resolve("dead");
        return never;
      }
      await sleep(ms(delivery));
      if (isDead) return never;
      done.push(delivery.id);
      return OK;
    };
    const lastDeath = deaths;
    const endedFromOutside = async (): Promise<boolean> => fromOutside(lastDeath);
    const opened = await openDispatcher(storage, { active, run, mayStart: () => !isDead, endedFromOutside });
    if (first) before(opened);
    void opened.dispatcher.start();
    const { dispatcher } = opened;
    const rest = vi.waitFor(
      () => {
        if (!isDead) expect([dispatcher.runsInFlight, dispatcher.nextDueAt]).toEqual([0, null]);
      },
      { timeout: 20_000, interval: 5 },
    );
    if ((await Promise.race([death.promise, rest.then(() => "rest" as const)])) === "rest" && !isDead) {
      return { deaths, done, ...endOf(opened, storage) };
    }
    deaths += 1;
    if (deaths > 60) throw new Error("it dies for ever");
    // What had ended before the death was written before it.
    await sleep(20);
  }
}

function endOf({ pauses }: Opened, storage: DurableObjectStorage): Pick<Fate, "quarantined" | "dead"> {
  const rows = storage.sql.exec<{ rows: string }>("SELECT rows FROM finished ORDER BY seq").toArray();
  const deliveries = rows.flatMap(
    (row) =>
      (
        JSON.parse(row.rows) as {
          deliveries: { id: string; state: string; deadReason: string; lastOutcome: string | null }[];
        }
      ).deliveries,
  );
  const dead = deliveries.filter(({ state }) => state === "dead");
  return {
    quarantined: pauses
      .list()
      .filter(({ state }) => state === "quarantined")
      .map(({ pluginName }) => pluginName),
    dead: new Map(dead.map(({ id, deadReason, lastOutcome }) => [id, { reason: deadReason, outcome: lastOutcome }])),
  };
}

let worlds = 0;

function inWorld(world: Omit<World, "storage">): Promise<Fate> {
  return runInDurableObject(env.INBOX.getByName(`world-${worlds++}`), (_, { storage }) => live({ ...world, storage }));
}

describe("a process that dies", () => {
  test("twice under one delivery: that one is dead, its plugin is quarantined, all others end well", async () => {
    const names = ["a", "b", "c", "killer"];
    const fate = await inWorld({
      active: names.map((name) => plugin(name)),
      kills: ({ pluginName }) => pluginName === "killer",
      before: ({ append }) => {
        for (let i = 0; i < 8; i++) append(`ev_${i}`, names, `asset ${i}`);
      },
    });
    expect(fate.deaths).toBe(2);
    expect(fate.quarantined).toEqual(["killer"]);
    expect(fate.done.toSorted()).toEqual(
      Array.from({ length: 8 }, (_, i) => ["a", "b", "c"].map((name) => `ev_${i} ${name}`))
        .flat()
        .toSorted(),
    );
    const reasons = [...fate.dead.values()].toSorted((x, y) => x.reason.localeCompare(y.reason));
    expect(reasons).toEqual([
      { reason: "failed", outcome: "lost" },
      ...Array.from({ length: 7 }, () => ({ reason: "quarantined", outcome: null })),
    ]);
  });

  test("under a plugin that kills by one event only: its other deliveries of the time run well before it is found", async () => {
    const fate = await inWorld({
      active: [plugin("sometimes"), plugin("a")],
      kills: ({ id }) => id === "ev_3 sometimes",
      before: ({ append }) => {
        for (let i = 0; i < 6; i++) append(`ev_${i}`, ["sometimes", "a"], `asset ${i}`);
      },
    });
    expect(fate.deaths).toBe(2);
    expect(fate.quarantined).toEqual(["sometimes"]);
    expect(fate.dead.get("ev_3 sometimes")).toEqual({ reason: "failed", outcome: "lost" });
    expect(fate.done.filter((id) => id.endsWith(" a"))).toHaveLength(6);
  });

  test("under a plugin that has one attempt only: the next delivery of it is the proof", async () => {
    const fate = await inWorld({
      active: [plugin("once", { retry: { max_attempts: 1 } }), plugin("a", { retry: { max_attempts: 1 } })],
      kills: ({ pluginName }) => pluginName === "once",
      before: ({ append }) => {
        append("ev_0", ["once"], "asset");
        for (let i = 1; i < 4; i++) append(`ev_${i}`, ["once", "a"], "asset");
      },
    });
    expect(fate.deaths).toBe(2);
    expect(fate.quarantined).toEqual(["once"]);
    expect(fate.done.filter((id) => id.endsWith(" a")).length).toBeGreaterThanOrEqual(2);
  });

  test("under a delivery that takes its time: others do not wait for it for ever, and it is found all the same", async () => {
    const fate = await inWorld({
      active: [plugin("late"), plugin("a")],
      kills: ({ pluginName }) => pluginName === "late",
      fuseMs: SUSPECT_ALONE_MS + 300,
      before: ({ append }) => {
        append("ev_0", ["late", "a"]);
      },
    });
    // The second one fell into the time after it had the process to itself, so it took a third to know.
    expect(fate).toMatchObject({ deaths: 3, quarantined: ["late"], done: ["ev_0 a"] });
  });

  test("without anybody's doing, once and again: nobody is quarantined, and all of it ends well", async () => {
    let died = 0;
    const fate = await inWorld({
      active: [plugin("a"), plugin("b")],
      // From outside, while several run.
      kills: ({ alone, attempt }) => !alone && attempt === 1 && ++died % 9 === 8,
      ms: () => 3,
      before: ({ append }) => {
        for (let i = 0; i < 30; i++) append(`ev_${i}`, ["a", "b"], `asset ${i}`);
      },
    });
    expect(fate.deaths).toBeGreaterThan(1);
    expect([fate.quarantined, fate.dead.size, fate.done.length]).toEqual([[], 0, 60]);
  });

  test("from outside as is known, however often it meets the same one: nobody is quarantined for it", async () => {
    const fate = await inWorld({
      active: [plugin("a"), plugin("b")],
      kills: ({ id, attempt }) => id === "ev_0 a" && attempt <= 3,
      fromOutside: () => true,
      before: ({ append }) => append("ev_0", ["a", "b"]),
    });
    expect(fate).toMatchObject({ deaths: 3, quarantined: [], dead: new Map() });
    expect(fate.done.toSorted()).toEqual(["ev_0 a", "ev_0 b"]);
  });

  test("from outside while a suspect is alone: it stays one, and the next time that it cannot be told is the proof", async () => {
    const fate = await inWorld({
      active: [plugin("a")],
      kills: () => true,
      fromOutside: (death) => death === 2,
      before: ({ append }) => append("ev_0", ["a"]),
    });
    expect(fate).toMatchObject({ deaths: 3, quarantined: ["a"], done: [] });
  });

  test("whoever kills, on whatever events: none but killers are quarantined, all else ends once and well", async () => {
    const killer = fc.record({
      name: fc.constantFrom<string[]>("p0", "p1", "p2", "p3"),
      every: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(killer, { maxLength: 2 }), fc.boolean(), async (killers, sameAsset) => {
        const names = ["p0", "p1", "p2", "p3"];
        const killsOn = ({ pluginName, facts }: ClaimedDelivery): boolean =>
          killers.some(({ name, every }) => name === pluginName && Number(facts.id.slice(3)) % every === 0);
        const fate = await inWorld({
          active: names.map((name) => plugin(name)),
          kills: killsOn,
          ms: ({ seq }) => seq % 4,
          before: ({ append }) => {
            for (let i = 0; i < 6; i++) append(`ev_${i}`, names, sameAsset ? "asset" : `asset ${i}`);
          },
        });
        const guilty = [...new Set(killers.map(({ name }) => name))].toSorted();
        expect(fate.quarantined.toSorted()).toEqual(guilty);
        expect(fate.deaths).toBeLessThanOrEqual(3 * guilty.length);
        expect(new Set(fate.done).size).toBe(fate.done.length);
        const innocent = names.filter((name) => !guilty.includes(name));
        expect(fate.done.filter((id) => innocent.some((name) => id.endsWith(name)))).toHaveLength(6 * innocent.length);
        expect(fate.done.length + fate.dead.size).toBe(6 * names.length);
        for (const id of fate.dead.keys()) expect(guilty.some((name) => id.endsWith(name))).toBe(true);
      }),
      { numRuns: 12 },
    );
  });
});

describe("Suspects", () => {
  /** Two of them, both due, in an inbox of a process with the given solitude. */
  function inInbox(solitude: Solitude, act: (suspects: Suspects, clock: { now: number }) => void): Promise<void> {
    return runInDurableObject(env.INBOX.getByName(`world-${worlds++}`), async (_, { storage }) => {
      const { append, pauses } = await openDispatcher(storage, { active: [plugin("a")], run: async () => OK });
      append("ev_0", ["a"]);
      append("ev_1", ["a"]);
      storage.sql.exec("UPDATE delivery SET state = ?, deaths = 2", SUSPECT);
      const clock = { now: Date.now() };
      const suspects = new Suspects({
        ...{ journal: new JournalledSuspects(storage), memory: new Memory(storage), pauses, solitude, inbox: "inbox" },
        ...{ sync: () => storage.sync(), now: () => clock.now, wake: () => {}, expect: () => {} },
      });
      act(suspects, clock);
    });
  }

  test("start nothing beside one that is marked as alone, however long the process took to be empty", async () => {
    const solitude = new Solitude();
    await inInbox(solitude, (suspects, clock) => {
      expect(suspects.claim(() => true)).toMatchObject({ alone: true });
      solitude.count("inbox", 1);
      clock.now += SOLITUDE_DRAIN_MS + 1;
      expect([suspects.claim(() => true), solitude.isShared(clock.now)]).toEqual(["wait", false]);
      expect(suspects.claim(() => false)).toBe("wait");
    });
  });

  test("keep nobody waiting for one that cannot be started any more", async () => {
    const solitude = new Solitude();
    solitude.count("other", 1);
    await inInbox(solitude, (suspects, clock) => {
      expect([suspects.claim(() => true), solitude.isShared(clock.now)]).toEqual(["wait", false]);
      expect([suspects.claim(() => false), solitude.isShared(clock.now)]).toEqual([null, true]);
    });
  });
});

describe("Solitude", () => {
  const HOLD_MS = 3_000;

  test("that was given is not taken back for the time it took to get it", () => {
    const solitude = new Solitude();
    expect(solitude.ask("a", 2 * SOLITUDE_DRAIN_MS, 0)).toBe("alone");
    solitude.count("a", 1);
    expect([solitude.ask("a", HOLD_MS, SOLITUDE_DRAIN_MS), solitude.isShared(SOLITUDE_DRAIN_MS)]).toEqual([
      "wait",
      false,
    ]);
  });

  test("is given once nothing runs, and nobody starts anything meanwhile", () => {
    const solitude = new Solitude();
    solitude.count("b", 2);
    expect([solitude.ask("a", HOLD_MS, 0), solitude.isShared(0), solitude.ask("b", HOLD_MS, 0)]).toEqual([
      "wait",
      false,
      "wait",
    ]);
    solitude.count("b", 0);
    expect([solitude.ask("a", HOLD_MS, 10), solitude.isShared(10), solitude.ask("b", HOLD_MS, 10)]).toEqual([
      "alone",
      false,
      "wait",
    ]);
    solitude.end("b", 20);
    expect(solitude.isShared(20)).toBe(false);
    solitude.end("a", 20);
    expect([solitude.isShared(20), solitude.ask("b", HOLD_MS, 20)]).toEqual([true, "alone"]);
  });

  test("is not waited for longer than is fair to the others", () => {
    const solitude = new Solitude();
    solitude.count("b", 1);
    expect(solitude.ask("a", HOLD_MS, 0)).toBe("wait");
    expect([solitude.ask("a", HOLD_MS, SOLITUDE_DRAIN_MS), solitude.isShared(SOLITUDE_DRAIN_MS)]).toEqual([
      "denied",
      true,
    ]);
  });

  test("ends by itself when the inbox that has it is gone", () => {
    const solitude = new Solitude();
    expect(solitude.ask("gone", HOLD_MS, 0)).toBe("alone");
    expect(solitude.isShared(HOLD_MS + SOLITUDE_GRACE_MS - 1)).toBe(false);
    expect(solitude.ask("b", HOLD_MS, HOLD_MS + SOLITUDE_GRACE_MS)).toBe("alone");
  });

  test("is not for what a trial or a build does: that waits until nobody is alone, and nobody is while it goes on", async () => {
    const solitude = new Solitude();
    let now = 0;
    const { promise, resolve } = Promise.withResolvers<string>();
    let begun = 0;
    const work = (): Promise<string> => {
      begun += 1;
      return promise;
    };
    expect(solitude.ask("a", HOLD_MS, now)).toBe("alone");
    const works = [solitude.beside(() => now, work), solitude.beside(() => now, work)];
    await sleep(3 * SUSPECT_POLL_MS);
    expect(begun).toBe(0);
    now = 10;
    solitude.end("a", now);
    await vi.waitFor(() => expect(begun).toBe(2));
    expect(solitude.ask("a", HOLD_MS, now)).toBe("wait");
    resolve("done");
    expect(await Promise.all(works)).toEqual(["done", "done"]);
    expect(solitude.ask("a", HOLD_MS, now)).toBe("alone");
    solitude.end("a", now);
    await expect(
      solitude.beside(
        () => now,
        () => Promise.reject(new Error("failed")),
      ),
    ).rejects.toThrow("failed");
    expect(solitude.ask("a", HOLD_MS, now)).toBe("alone");
  });

  test("all in all takes no more of the others' time than a while at first, and a share later", () => {
    const solitude = new Solitude();
    let now = 0;
    let held = 0;
    for (; solitude.ask("a", HOLD_MS, now) === "alone"; held += HOLD_MS) {
      now += HOLD_MS;
      solitude.end("a", now);
    }
    expect(held).toBeGreaterThanOrEqual(MAX_SOLITUDE_MS);
    expect(held).toBeLessThan(1.3 * MAX_SOLITUDE_MS);
    expect(solitude.ask("a", HOLD_MS, now + 10 * HOLD_MS)).toBe("alone");
  });
});
