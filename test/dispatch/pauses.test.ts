// What holds plugins back: the breaker's states one by one, and what becomes of deliveries meanwhile.
import { env } from "cloudflare:workers";
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import type { Pause } from "../../schemas/pause.ts";
import type { RunOutcome } from "../../schemas/run.ts";
import type { ClaimedDelivery } from "../../worker/dispatch/claimed-delivery.ts";
import { Journal } from "../../worker/dispatch/journal.ts";
import { Pauses } from "../../worker/dispatch/pauses.ts";
import {
  BREAKER_COOL_DOWN_MAX_MS,
  BREAKER_COOL_DOWN_MS,
  BREAKER_MIN_ATTEMPTS,
  BREAKER_WINDOW_MS,
} from "../../worker/limits.ts";
import { askHost, postWebhook, waitForRuns, webhookBody } from "../test-host.ts";
import { useInlinePlugin } from "./inline-plugin.ts";
import { markUnstored } from "./mark-unstored.ts";

const OK: RunOutcome = { type: "ok", result: null };
const THREW: RunOutcome = { type: "threw", name: "Error", message: "no", stack: null };
const GAVE_UP: RunOutcome = { type: "threw", name: "GiveUp", message: "not for me", stack: null };

interface Bench {
  readonly pauses: Pauses;
  readonly changes: (Pause | null)[];
  readonly clock: { now: number };
  readonly versions: Map<string, string>;
  /** The same storage after its process has died. */
  readonly restarted: () => Pauses;
  readonly attempt: (outcome: RunOutcome, versionId?: string) => void;
}

let benches = 0;

function onBench<Value>(work: (bench: Bench) => Value): Promise<Value> {
  return runInDurableObject(env.INBOX.getByName(`pauses-${benches++}`), (_, { storage }) => {
    // Makes the tables.
    void new Journal(storage);
    const clock = { now: 1_000_000 };
    const versions = new Map([["one", "v1"]]);
    const changes: (Pause | null)[] = [];
    const restarted = (): Pauses =>
      new Pauses({
        storage,
        currentVersion: (name) => versions.get(name) ?? null,
        onChange: (_name, pause) => void changes.push(pause),
        now: () => clock.now,
      });
    const pauses = restarted();
    let ids = 0;
    const attempt = (outcome: RunOutcome, versionId = "v1"): void => {
      if (pauses.room("one") === 0) return;
      const delivery = deliveryOf(`dl_${ids++}`, versionId);
      pauses.began(delivery);
      pauses.ended(delivery, outcome);
    };
    return work({ pauses, changes, clock, versions, restarted, attempt });
  });
}

function deliveryOf(id: string, versionId = "v1"): ClaimedDelivery {
  const facts = { id: "ev", kiliRunId: null, type: "onSubmit", assetId: null, labelId: null, receivedAt: 1 };
  return {
    ...{ seq: 1, id, eventSeq: 1, pluginName: "one", versionId, attempt: 1, createdAt: 1, claimedAt: 1, facts },
    ...{ lane: null, deaths: 0, alone: false, shadow: false, body: "{}", bodyBytes: 2 },
  };
}

function times(count: number, step: () => void): void {
  for (let i = 0; i < count; i++) step();
}

describe("a closed breaker", () => {
  test("opens after enough failures in a row, however far apart", () =>
    onBench(({ pauses, attempt, clock, changes }) => {
      times(BREAKER_MIN_ATTEMPTS - 1, () => {
        attempt(THREW);
        clock.now += 10 * BREAKER_WINDOW_MS;
      });
      expect(pauses.room("one")).toBe(Infinity);
      attempt(THREW);
      expect(pauses.room("one")).toBe(0);
      expect(pauses.heldUntil("one")).toBe(clock.now + BREAKER_COOL_DOWN_MS);
      expect(changes).toEqual([
        {
          pluginName: "one",
          state: "open",
          reason: `the last ${BREAKER_MIN_ATTEMPTS} attempts failed, the last one so: Error: no`,
          since: clock.now,
          until: clock.now + BREAKER_COOL_DOWN_MS,
        },
      ]);
    }));

  test("opens when half of the attempts in the window fail, and not when fewer do", () =>
    onBench(({ pauses, attempt }) => {
      times(100, () => [OK, OK, THREW].forEach((outcome) => attempt(outcome)));
      expect(pauses.room("one")).toBe(Infinity);
      times(200, () => [THREW, THREW, OK].forEach((outcome) => attempt(outcome)));
      expect(pauses.room("one")).toBe(0);
    }));

  test("forgets what is older than the window", () =>
    onBench(({ pauses, attempt, clock }) => {
      times(BREAKER_MIN_ATTEMPTS - 1, () => attempt(THREW));
      attempt(OK);
      clock.now += BREAKER_WINDOW_MS + 1;
      times(BREAKER_MIN_ATTEMPTS - 1, () => attempt(THREW));
      expect(pauses.room("one")).toBe(Infinity);
    }));

  test("does not count what an author or the event decided, nor what an older version still does", () =>
    onBench(({ pauses, attempt }) => {
      times(50, () => attempt(GAVE_UP));
      times(50, () => attempt({ ...THREW, name: "TypeError", retry: { type: "never" } }));
      times(50, () => attempt(THREW, "v0"));
      expect(pauses.room("one")).toBe(Infinity);
    }));
});

test("a breaker that opens before the current version is known stays open once that is", () =>
  onBench(({ pauses, attempt, versions }) => {
    versions.clear();
    times(BREAKER_MIN_ATTEMPTS, () => attempt(THREW));
    versions.set("one", "v1");
    expect([pauses.resumeReplaced(), pauses.room("one")]).toEqual([false, 0]);
    versions.set("one", "v2");
    expect([pauses.resumeReplaced(), pauses.room("one")]).toEqual([true, Infinity]);
  }));

describe("an open breaker", () => {
  const opened = (work: (bench: Bench) => void): Promise<void> =>
    onBench((bench) => {
      times(BREAKER_MIN_ATTEMPTS, () => bench.attempt(THREW));
      work(bench);
    });

  test("lets one delivery try when its time is up, and closes when that goes well", () =>
    opened(({ pauses, clock, changes }) => {
      clock.now += BREAKER_COOL_DOWN_MS - 1;
      expect(pauses.room("one")).toBe(0);
      clock.now += 1;
      expect(pauses.room("one")).toBe(1);
      pauses.began(deliveryOf("probe"));
      expect([pauses.room("one"), pauses.heldUntil("one")]).toEqual([0, Infinity]);
      // One that began before the breaker opened says nothing any more.
      pauses.ended(deliveryOf("before"), OK);
      expect(pauses.room("one")).toBe(0);
      pauses.ended(deliveryOf("probe"), OK);
      expect([pauses.room("one"), pauses.list(), changes.at(-1)]).toEqual([Infinity, [], null]);
    }));

  test("waits twice as long after each probe that fails, up to a limit; since then is since the first", () =>
    opened(({ pauses, attempt, clock }) => {
      const [first] = pauses.list();
      for (let wait = BREAKER_COOL_DOWN_MS; wait < 4 * BREAKER_COOL_DOWN_MAX_MS; wait *= 2) {
        expect(pauses.heldUntil("one") - clock.now).toBe(Math.min(wait, BREAKER_COOL_DOWN_MAX_MS));
        clock.now = pauses.heldUntil("one");
        attempt(THREW);
      }
      expect(pauses.list()[0]?.since).toBe(first?.since);
    }));

  test("lets the next one try after a probe that says nothing of the plugin", () =>
    opened(({ pauses, attempt, clock }) => {
      clock.now += BREAKER_COOL_DOWN_MS;
      attempt(GAVE_UP);
      expect(pauses.room("one")).toBe(1);
    }));

  test("is still open after a restart, and half-open in time, also when the process died under the probe", () =>
    opened(({ pauses, restarted, clock }) => {
      expect(restarted().list()).toEqual(pauses.list());
      expect(restarted().room("one")).toBe(0);
      clock.now += BREAKER_COOL_DOWN_MS;
      pauses.began(deliveryOf("probe"));
      expect(restarted().room("one")).toBe(1);
    }));

  test("closes when another version becomes current, and when an operator says so", () =>
    opened(({ pauses, versions, attempt }) => {
      pauses.resumeReplaced();
      expect(pauses.room("one")).toBe(0);
      versions.delete("one");
      pauses.resumeReplaced();
      expect(pauses.room("one")).toBe(0);
      versions.set("one", "v2");
      pauses.resumeReplaced();
      expect(pauses.room("one")).toBe(Infinity);
      times(BREAKER_MIN_ATTEMPTS, () => attempt(THREW, "v2"));
      expect([pauses.resume("one"), pauses.resume("one"), pauses.room("one")]).toEqual([true, false, Infinity]);
    }));
});

describe("quarantine", () => {
  test("holds until it is lifted, through restarts, whatever still ends", () =>
    onBench(({ pauses, clock, restarted, versions }) => {
      pauses.quarantine("one", "killed the process twice", "v1");
      clock.now += 100 * BREAKER_COOL_DOWN_MAX_MS;
      pauses.ended(deliveryOf("before"), OK);
      const later = restarted();
      expect([later.isQuarantined("one"), later.room("one"), later.heldUntil("one")]).toEqual([true, 0, Infinity]);
      versions.set("one", "v2");
      later.resumeReplaced();
      expect(later.isQuarantined("one")).toBe(false);
    }));
});

/** The numbers of deliveries in an inbox, by state. */
function countDeliveries(projectId: string): Promise<{ waiting: number; dead: number }> {
  return runInDurableObject(env.INBOX.getByName(projectId), (_, { storage }) => {
    const count = (state: number): number =>
      storage.sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM delivery WHERE state = ?", state).one().n;
    return { waiting: count(0) + count(3), dead: count(2) };
  });
}

async function sendMany(projectId: string, count: number): Promise<string[]> {
  const answers = await Promise.all(Array.from({ length: count }, () => postWebhook(webhookBody(projectId))));
  return Promise.all(answers.map(async (answer) => (await answer.json<{ id: string }>()).id));
}

const FAILS = "onSubmit() { throw new Error('down'); }";

describe("in an inbox", () => {
  test("what waits for an open breaker keeps its attempts, neighbours run, and all of it runs once it closes", async () => {
    await useInlinePlugin({ name: "down", projects: ["breaks"], source: FAILS });
    await useInlinePlugin({ name: "up", projects: ["breaks"], source: "onSubmit() {}" });
    await sendMany("breaks", BREAKER_MIN_ATTEMPTS);
    const pauseOf = () =>
      env.DB.prepare("SELECT state, reason FROM pauses WHERE project_id = 'breaks' AND plugin_name = 'down'").first();
    await vi.waitFor(async () => expect(await pauseOf()).toMatchObject({ state: "open" }), { timeout: 10_000 });
    const held = await sendMany("breaks", 5);
    for (const id of held) expect(await waitForRuns(id, 1)).toMatchObject([{ plugin: "up" }]);
    expect(await countDeliveries("breaks")).toMatchObject({ waiting: 5 });

    const query = `{ plugin(name: "down") { pauses { projectId state reason since until } } pauses { pluginName } }`;
    expect(await askHost(query)).toMatchObject({
      data: {
        plugin: {
          pauses: [{ projectId: "breaks", state: "open", reason: expect.stringContaining("Error: down") as string }],
        },
        pauses: [{ pluginName: "down" }],
      },
    });
    // A new version is another chance; what was matched before it runs as it was.
    await useInlinePlugin({ name: "down", projects: ["breaks"], source: "onSubmit() {}" });
    for (const id of held) expect(await waitForRuns(id, 2)).toHaveLength(2);
    await vi.waitFor(async () => expect(await pauseOf()).toMatchObject({ state: "closed" }), { timeout: 10_000 });
    expect(await countDeliveries("breaks")).toMatchObject({ waiting: 0 });
  });

  test("an open breaker is tried by the alarm when its time is up", async () => {
    await useInlinePlugin({ name: "heals", projects: ["heals"], source: FAILS });
    await sendMany("heals", BREAKER_MIN_ATTEMPTS);
    const inbox = env.INBOX.getByName("heals");
    await vi.waitFor(async () => expect(await inbox.resume("heals")).toBe(true), { timeout: 10_000 });
    const [id = ""] = await sendMany("heals", 1);
    await waitForRuns(id, 1);
    // As a breaker stands whose time is nearly up, in an object that knows it only from disk.
    await runInDurableObject(inbox, (_, { storage }) => {
      const { versionId } = storage.sql
        .exec<{ versionId: string }>("SELECT version_id AS versionId FROM delivery LIMIT 1")
        .one();
      const row = ["heals", "open", "failed", 1, Date.now() + 300, 1, versionId];
      storage.sql.exec("INSERT INTO pause VALUES (?, ?, ?, ?, ?, ?, ?)", ...row);
    });
    await evictDurableObject(inbox);
    const [later = ""] = await sendMany("heals", 1);
    expect(await countDeliveries("heals")).toMatchObject({ waiting: 1 });
    expect(await waitForRuns(later, 1)).toHaveLength(1);
  });

  test("deliveries of a quarantined plugin go to the dead letters and say why; lifted, it runs again", async () => {
    await useInlinePlugin({ name: "killer", projects: ["kills"], source: "onSubmit() {}" });
    await useInlinePlugin({ name: "bystander", projects: ["kills"], source: "onSubmit() {}" });
    const inbox = env.INBOX.getByName("kills");
    const [first = ""] = await sendMany("kills", 1);
    await waitForRuns(first, 2);
    // As it stands after a crash: quarantined, with a delivery that waits.
    await runInDurableObject(inbox, (_, { storage }) => {
      const { value } = storage.sql
        .exec<{ value: string }>("SELECT value FROM remembered WHERE key LIKE 'version %' AND value LIKE '%killer%'")
        .one();
      const { versionId } = JSON.parse(value) as { versionId: string };
      storage.sql.exec("INSERT INTO pause VALUES ('killer', 'quarantined', 'killed twice', 1, NULL, 0, ?)", versionId);
      storage.sql.exec(
        `INSERT INTO event (seq, id, type, received_at, body, body_bytes, delivery_count) VALUES (900, 'ev_waits', 'onSubmit', ${Date.now()}, '{}', 2, 1)`,
      );
      markUnstored(storage, 900);
      storage.sql.exec(
        `INSERT INTO delivery (id, event_seq, plugin, version_id, attempt, state, due_at, created_at) VALUES ('dl_waits', 900, 'killer', ?, 1, 0, 1, ${Date.now()})`,
        versionId,
      );
    });
    await evictDurableObject(inbox);
    const [during = ""] = await sendMany("kills", 1);
    expect(await waitForRuns(during, 1)).toMatchObject([{ plugin: "bystander" }]);
    const deadOf = async (eventId: string) =>
      env.DB.prepare(
        "SELECT state, dead_reason, attempts FROM deliveries WHERE event_id = ?1 AND plugin_name = 'killer'",
      )
        .bind(eventId)
        .first();
    for (const [eventId, attempts] of [
      [during, 0],
      ["ev_waits", 1],
    ] as const) {
      await vi.waitFor(
        async () => expect(await deadOf(eventId)).toEqual({ state: "dead", dead_reason: "quarantined", attempts }),
        { timeout: 10_000 },
      );
    }
    expect(await countDeliveries("kills")).toEqual({ waiting: 0, dead: 2 });
    const resume = `mutation { data: resumePlugin(where: {pluginName: "killer", projectId: "kills"}) }`;
    expect(await askHost(resume)).toMatchObject({ data: { data: expect.stringContaining("resumed") as string } });
    await vi.waitFor(async () =>
      expect(await askHost(resume)).toMatchObject({ errors: [{ extensions: { code: "NOT_FOUND" } }] }),
    );
    expect(await askHost(`{ audit(pluginName: "killer", first: 1) { action detail } }`)).toMatchObject({
      data: { audit: [{ action: "resumed", detail: "" }] },
    });
    const [after = ""] = await sendMany("kills", 1);
    expect(await waitForRuns(after, 2)).toHaveLength(2);
  });
});
