// The inbox as a whole, over HTTP and from inside its object: nothing that was acknowledged is lost.
import type { AcceptAnswer } from "../../schemas/inbox.ts";
import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { RunOutcome } from "../../schemas/run.ts";
import { DEDUPE_MS, DEFAULT_KEEP_DAYS, MAX_RETRY_AFTER_MS } from "../../worker/limits.ts";
import { fetchHost, postWebhook, registerBuild, waitForRuns, webhookBody } from "../test-host.ts";
import { inlineArtifact, useInlinePlugin } from "./inline-plugin.ts";
import { markUnstored } from "./mark-unstored.ts";

interface Accepted {
  readonly id: string;
  readonly deliveries: number;
}

async function accepted(body: unknown, path?: string): Promise<Accepted> {
  const answer = await postWebhook(body, path);
  expect(answer.status).toBe(202);
  return answer.json();
}

const LIVE =
  "seq IN (SELECT event_seq FROM unstored) OR EXISTS (SELECT 1 FROM delivery WHERE delivery.event_seq = event.seq)";

/** What an inbox's own tables hold. */
function countInbox(projectId: string): Promise<Record<string, number>> {
  return runInDurableObject(env.INBOX.getByName(projectId), (_, { storage }) => {
    const count = (from: string): number =>
      storage.sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM ${from}`).one().n;
    return {
      // Those that are over are kept for a while, and nothing is to be done for them.
      events: count(`event WHERE ${LIVE}`),
      chunks: count(`body_chunk WHERE event_seq IN (SELECT seq FROM event WHERE ${LIVE})`),
      waiting: count("delivery WHERE state = 0"),
      running: count("delivery WHERE state = 1"),
      dead: count("delivery WHERE state = 2"),
      finished: count("finished"),
    };
  });
}

const EMPTY = { events: 0, chunks: 0, waiting: 0, running: 0, dead: 0, finished: 0 };

function expectInbox(projectId: string, wanted: Record<string, number>, timeout = 10_000): Promise<void> {
  return vi.waitFor(async () => expect(await countInbox(projectId)).toMatchObject(wanted), { timeout, interval: 50 });
}

/** The plugin runs for as long as `table` is away. */
async function withoutTable(table: string, during: () => Promise<void>): Promise<void> {
  await env.DB.prepare(`ALTER TABLE ${table} RENAME TO ${table}_away`).run();
  try {
    await during();
  } finally {
    await env.DB.prepare(`ALTER TABLE ${table}_away RENAME TO ${table}`).run();
  }
}

async function outcomesOf(eventId: string, count: number): Promise<RunOutcome["type"][]> {
  return (await waitForRuns(eventId, count)).map(({ outcome }) => outcome.type);
}

async function deliveryOf(eventId: string): Promise<Record<string, unknown> | null> {
  return env.DB.prepare("SELECT state, attempts, last_outcome FROM deliveries WHERE event_id = ?1")
    .bind(eventId)
    .first();
}

/** The event's only run has thrown this, and said that it is never to be tried again. */
async function expectDeadAtOnce(eventId: string, thrown: { readonly name: string; readonly message: string }) {
  const [run] = await waitForRuns(eventId, 1);
  expect(run?.outcome).toMatchObject({ type: "threw", ...thrown, retry: { type: "never" } });
  expect(await deliveryOf(eventId)).toEqual({ state: "dead", attempts: 1, last_outcome: "threw" });
}

afterEach(() => vi.restoreAllMocks());

describe("an event that ends well", () => {
  test("leaves nothing in the journal, small or large, matched or not", async () => {
    await useInlinePlugin({ name: "fine", projects: ["fine"], source: "onSubmit() {}" });
    const ids = [
      (await accepted(webhookBody("fine"))).id,
      (await accepted(webhookBody("fine", { payload: { filler: "é".repeat(1_500_000) } }))).id,
    ];
    for (const id of ids) expect(await outcomesOf(id, 1)).toEqual(["ok"]);
    const unmatched = await accepted(webhookBody("fine", { eventType: "nobody.asked" }));
    expect(unmatched.deliveries).toBe(0);
    await expectInbox("fine", EMPTY);
    const { results } = await env.DB.prepare("SELECT id, delivery_count FROM events WHERE project_id = 'fine'").all();
    expect(results).toHaveLength(3);
    expect(results).toContainEqual({ id: unmatched.id, delivery_count: 0 });
  });

  test("then no alarm is left but the one that lets its payload go", async () => {
    await useInlinePlugin({ name: "quiet", projects: ["quiet"], source: "onSubmit() {}" });
    await accepted(webhookBody("quiet"));
    await expectInbox("quiet", EMPTY);
    const inbox = env.INBOX.getByName("quiet");
    await runDurableObjectAlarm(inbox);
    const alarm = await runInDurableObject(inbox, (_, { storage }) => storage.getAlarm());
    expect(alarm).toBeGreaterThan(Date.now() + (DEFAULT_KEEP_DAYS.payloads - 1) * 24 * 60 * 60_000);
  });
});

describe("retries", () => {
  test("come again until max_attempts, then the delivery is dead and keeps its event and body", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.01);
    const source = "onSubmit() { this.logger.info('attempt', this.run.attempt); throw new Error('no'); }";
    await useInlinePlugin({ name: "fails", projects: ["fails"], source, manifest: { retry: { max_attempts: 3 } } });
    const { id } = await accepted(webhookBody("fails", { payload: { filler: "x".repeat(400_000) } }));
    const runs = await waitForRuns(id, 3);
    expect(runs.map(({ attempt, logs, outcome }) => [attempt, logs, outcome.type])).toEqual([
      [1, ["info: attempt 1"], "threw"],
      [2, ["info: attempt 2"], "threw"],
      [3, ["info: attempt 3"], "threw"],
    ]);
    await expectInbox("fails", { ...EMPTY, events: 1, chunks: 1, dead: 1 });
    expect(await deliveryOf(id)).toEqual({ state: "dead", attempts: 3, last_outcome: "threw" });
    expect(await env.DB.prepare("SELECT id FROM events WHERE id = ?1").bind(id).first()).toEqual({ id });
  });

  test("an attempt that ends well ends the delivery; the idempotency key is the same in all", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.01);
    const source = `onSubmit() {
      this.logger.info(this.run.idempotencyKey);
      if (this.run.attempt < 3) throw new Error('not yet');
    }`;
    await useInlinePlugin({ name: "third", projects: ["third"], source, manifest: { retry: { max_attempts: 9 } } });
    const { id } = await accepted(webhookBody("third"));
    const runs = await waitForRuns(id, 3);
    expect(runs.map(({ outcome }) => outcome.type)).toEqual(["threw", "threw", "ok"]);
    expect(new Set(runs.flatMap(({ logs }) => logs)).size).toBe(1);
    await expectInbox("third", EMPTY);
    expect(await deliveryOf(id)).toEqual({ state: "done", attempts: 3, last_outcome: "ok" });
  });

  test("a plugin says when it wants to be tried again, and the host keeps it waiting no longer than a day", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const source = `onSubmit() { throw new RetryLater("not yet", { after: this.run.attempt === 1 ? 0.2 : 1e9 }); }`;
    const module = `import { PluginCore, RetryLater } from "kili-edge/sdk";
      export default class PluginHandler extends PluginCore {\n${source}\n}`;
    await useInlinePlugin({
      ...{ name: "patient", projects: ["patient"], source: module, manifest: { retry: { max_attempts: 3 } } },
    });
    const { id } = await accepted(webhookBody("patient"));
    const runs = await waitForRuns(id, 2);
    expect(runs.map(({ outcome }) => outcome)).toMatchObject([
      { type: "threw", name: "RetryLater", message: "not yet", retry: { type: "after", ms: 200 } },
      { type: "threw", name: "RetryLater", retry: { type: "after", ms: 1e12 } },
    ]);
    const { results } = await env.DB.prepare(
      "SELECT started_at + wall_ms AS ended, next_attempt_at AS next FROM runs WHERE event_id = ?1 ORDER BY attempt",
    )
      .bind(id)
      .all<{ ended: number; next: number }>();
    const waits = results.map(({ ended, next }) => next - ended);
    expect(waits[0]).toBeGreaterThanOrEqual(200);
    expect(waits[1]).toBeGreaterThanOrEqual(MAX_RETRY_AFTER_MS);
    expect(waits[1]).toBeLessThan(MAX_RETRY_AFTER_MS + 60_000);
    expect(
      await env.DB.prepare("SELECT next_attempt_at AS at FROM deliveries WHERE event_id = ?1").bind(id).first(),
    ).toEqual({ at: results[1]?.next });
  });

  test("a plugin that gives up is dead at once, with its words", async () => {
    const source = `import { GiveUp, PluginCore } from "kili-edge/sdk";
      export default class PluginHandler extends PluginCore { onSubmit() { throw new GiveUp("no such job"); } }`;
    await useInlinePlugin({
      name: "gives-up",
      projects: ["gives-up"],
      source,
      manifest: { retry: { max_attempts: 5 } },
    });
    const { id } = await accepted(webhookBody("gives-up"));
    await expectDeadAtOnce(id, { name: "GiveUp", message: "no such job" });
  });

  test("an event that lacks what its handler is promised is dead at once, and says what", async () => {
    await useInlinePlugin({
      ...{ name: "asks-for-assets", projects: ["asks-for-assets"], source: "onSubmit() {}" },
      manifest: { retry: { max_attempts: 5 } },
    });
    const { id } = await accepted(webhookBody("asks-for-assets", { payload: { asset_id: null } }));
    const message = 'Cannot call onSubmit: the event names no asset, wanted "asset_id" or "assetId"';
    await expectDeadAtOnce(id, { name: "TypeError", message });
  });

  test("advice that makes no sense is none", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const source = `onSubmit() {
      const advice = [{ type: "after", ms: -1 }, { type: "after", ms: "1" }, { type: "after", ms: NaN }, 7][this.run.attempt - 1];
      throw Object.assign(new Error("odd"), { [Symbol.for("kili-edge.retry-advice")]: advice });
    }`;
    await useInlinePlugin({ name: "odd", projects: ["odd"], source, manifest: { retry: { max_attempts: 4 } } });
    const { id } = await accepted(webhookBody("odd"));
    const runs = await waitForRuns(id, 4);
    for (const { outcome } of runs) expect(outcome).not.toHaveProperty("retry");
  });

  test("a refused permission is not tried again", async () => {
    const source = "onSubmit() { return fetch('https://example.com'); }";
    await useInlinePlugin({ name: "refused", projects: ["refused"], source, manifest: { retry: { max_attempts: 5 } } });
    const { id } = await accepted(webhookBody("refused"));
    expect(await outcomesOf(id, 1)).toEqual(["threw"]);
    await expectInbox("refused", { dead: 1, waiting: 0, running: 0 });
  });

  test("one that waits is woken by the alarm, also by an object that knows it only from disk", async () => {
    // A delay that no test waits for: only the alarm that this test runs by hand can bring it forward.
    vi.spyOn(Math, "random").mockReturnValue(0.9);
    const source = "onSubmit() { if (this.run.attempt === 1) throw new Error('later'); }";
    await useInlinePlugin({ name: "later", projects: ["later"], source, manifest: { retry: { max_attempts: 2 } } });
    const { id } = await accepted(webhookBody("later"));
    await waitForRuns(id, 1);
    expect(await deliveryOf(id)).toMatchObject({ state: "pending", attempts: 1 });
    const inbox = env.INBOX.getByName("later");
    const due = await runInDurableObject(inbox, async (_, { storage }) => {
      const alarm = await storage.getAlarm();
      const { at } = storage.sql.exec<{ at: number }>("SELECT due_at AS at FROM delivery").one();
      return { alarm, at };
    });
    expect(due.alarm).not.toBeNull();
    expect(due.alarm).toBeLessThanOrEqual(due.at);
    await evictDurableObject(inbox);
    expect(await outcomesOf(id, 2)).toEqual(["threw", "ok"]);
    await expectInbox("later", EMPTY);
  });
});

describe("a process that dies", () => {
  test("deliveries marked as running are recorded lost and come again", async () => {
    await useInlinePlugin({
      name: "dies",
      projects: ["dies"],
      source: "onSubmit() {}",
      manifest: { retry: { max_attempts: 2 } },
    });
    vi.spyOn(Math, "random").mockReturnValue(0);
    const inbox = env.INBOX.getByName("dies");
    const { id } = await accepted(webhookBody("dies"));
    await expectInbox("dies", EMPTY);
    // As a process leaves it that died in the middle of an attempt.
    await runInDurableObject(inbox, (_, { storage }) => {
      const versions = storage.sql.exec<{ value: string }>("SELECT value FROM remembered WHERE key = 'active'").one();
      const [versionId = ""] = JSON.parse(versions.value) as string[];
      storage.sql.exec(
        `INSERT INTO event VALUES (900, 'ev_died', NULL, 'onSubmit', 'a', 'l', ${Date.now()}, ?, 2, 1, 0)`,
        JSON.stringify(webhookBody("dies")),
      );
      markUnstored(storage, 900);
      storage.sql.exec(
        `INSERT INTO delivery (seq, id, event_seq, plugin, version_id, attempt, state, due_at, created_at) VALUES (900, 'dl_died', 900, 'dies', ?, 1, 1, 1, ${Date.now()})`,
        versionId,
      );
    });
    await evictDurableObject(inbox);
    expect(await inbox.status()).toMatchObject({ pendingDeliveries: 1 });
    const runs = await waitForRuns("ev_died", 2);
    expect(runs.map(({ attempt, outcome }) => [attempt, outcome.type])).toEqual([
      [1, "lost"],
      [2, "ok"],
    ]);
    await expectInbox("dies", EMPTY);
    expect(await deliveryOf("ev_died")).toEqual({ state: "done", attempts: 2, last_outcome: "ok" });
    expect(await outcomesOf(id, 1)).toEqual(["ok"]);
  });

  test("a plugin that kills it each time does not do so for ever", async () => {
    await useInlinePlugin({
      name: "killer",
      projects: ["killer"],
      source: "onSubmit() {}",
      manifest: { retry: { max_attempts: 2 } },
    });
    const inbox = env.INBOX.getByName("killer");
    await accepted(webhookBody("killer"));
    await expectInbox("killer", EMPTY);
    await runInDurableObject(inbox, (_, { storage }) => {
      const versions = storage.sql.exec<{ value: string }>("SELECT value FROM remembered WHERE key = 'active'").one();
      const [versionId = ""] = JSON.parse(versions.value) as string[];
      storage.sql.exec(
        `INSERT INTO event VALUES (900, 'ev_killed', NULL, 'onSubmit', 'a', 'l', ${Date.now()}, '{}', 2, 1, 0)`,
      );
      markUnstored(storage, 900);
      storage.sql.exec(
        `INSERT INTO delivery (seq, id, event_seq, plugin, version_id, attempt, state, due_at, created_at) VALUES (900, 'dl_killed', 900, 'killer', ?, 2, 1, 1, ${Date.now()})`,
        versionId,
      );
    });
    await evictDurableObject(inbox);
    expect(await outcomesOf("ev_killed", 1)).toEqual(["lost"]);
    await expectInbox("killer", { ...EMPTY, events: 1, dead: 1 });
  });
});

describe("a history database that fails", () => {
  test("keeps everything in the journal and takes it later", async () => {
    await useInlinePlugin({ name: "kept", projects: ["kept"], source: "onSubmit() { this.logger.info('ran'); }" });
    const first = await accepted(webhookBody("kept"));
    await waitForRuns(first.id, 1);
    await expectInbox("kept", EMPTY);
    const ids: string[] = [];
    await withoutTable("runs", async () => {
      for (let i = 0; i < 5; i++) ids.push((await accepted(webhookBody("kept"))).id);
      // They have run, and the first hand-over has failed.
      await expectInbox("kept", { events: 5, finished: 5, waiting: 0, running: 0 });
      await runDurableObjectAlarm(env.INBOX.getByName("kept"));
      expect(await countInbox("kept")).toMatchObject({ events: 5, finished: 5 });
    });
    await runDurableObjectAlarm(env.INBOX.getByName("kept"));
    for (const id of ids)
      expect(await waitForRuns(id, 1)).toMatchObject([{ outcome: { type: "ok" }, logs: ["info: ran"] }]);
    await expectInbox("kept", EMPTY);
  });

  test("wakes the inbox by itself until it works again", async () => {
    await useInlinePlugin({ name: "wakes", projects: ["wakes"], source: "onSubmit() {}" });
    await waitForRuns((await accepted(webhookBody("wakes"))).id, 1);
    let id = "";
    await withoutTable("events", async () => {
      ({ id } = await accepted(webhookBody("wakes")));
      await expectInbox("wakes", { events: 1, finished: 1 });
    });
    expect(await outcomesOf(id, 1)).toEqual(["ok"]);
  });

  test("plugins that cannot be read: no event is taken before they could be once, all are after", async () => {
    await useInlinePlugin({ name: "unread", projects: ["unread"], source: "onSubmit() {}" });
    await withoutTable("versions", async () => {
      const answer = await postWebhook(webhookBody("unread"));
      expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
    });
    const { id } = await accepted(webhookBody("unread"));
    expect(await outcomesOf(id, 1)).toEqual(["ok"]);

    await withoutTable("versions", async () => {
      await evictDurableObject(env.INBOX.getByName("unread"));
      const later = await accepted(webhookBody("unread"));
      expect(later.deliveries).toBe(1);
      expect(await outcomesOf(later.id, 1)).toEqual(["ok"]);
    });
  });

  test("a change that could not be read when it was told is read later", async () => {
    await useInlinePlugin({ name: "stale", projects: ["stale"], source: "onSubmit() {}" });
    expect((await accepted(webhookBody("stale"))).deliveries).toBe(1);
    const inbox = env.INBOX.getByName("stale");
    await withoutTable("versions", async () => {
      await env.DB.prepare("UPDATE activations SET active = 0 WHERE project_id = 'stale'").run();
      await inbox.registryChanged("stale");
      expect((await accepted(webhookBody("stale"))).deliveries).toBe(1);
    });
    await vi.waitFor(async () => expect((await accepted(webhookBody("stale"))).deliveries).toBe(0), { timeout: 8_000 });
  });
});

describe("what events are matched against", () => {
  const says = (word: string): string => `onSubmit() { this.logger.info(${JSON.stringify(word)}); }`;
  const setActive = async (name: string, projectId: string, active: boolean): Promise<void> => {
    const mutation = active ? "activatePluginOnProject" : "deactivatePluginOnProject";
    const query = `mutation { data: ${mutation}(where: { pluginName: "${name}", projectId: "${projectId}" }) }`;
    const headers = { authorization: "X-API-Key: test-admin-key", "content-type": "application/json" };
    const answer = await fetchHost("/graphql", { method: "POST", headers, body: JSON.stringify({ query }) });
    expect(await answer.json()).toMatchObject({ data: { data: expect.any(String) as string } });
  };

  test("a new version runs from the very next event on", async () => {
    for (const word of ["one", "two", "three", "four"]) {
      await useInlinePlugin({ name: "versions", projects: ["versions"], source: says(word) });
      const { id } = await accepted(webhookBody("versions"));
      expect((await waitForRuns(id, 1))[0]?.logs).toEqual([`info: ${word}`]);
    }
  });

  test("an event runs the version it was matched with, also when a newer one is there", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const source = `onSubmit() { this.logger.info('old'); if (this.run.attempt === 1) throw new Error('again'); }`;
    await useInlinePlugin({ name: "matched", projects: ["matched"], source, manifest: { retry: { max_attempts: 2 } } });
    const { id } = await accepted(webhookBody("matched"));
    await waitForRuns(id, 1);
    await useInlinePlugin({ name: "matched", projects: ["matched"], source: says("new") });
    expect((await waitForRuns(id, 2)).map(({ logs }) => logs)).toEqual([["info: old"], ["info: old"]]);
  });

  test("activation and deactivation count from the very next event on", async () => {
    await useInlinePlugin({ name: "switched", projects: [], source: says("on") });
    for (const active of [false, true, false, true]) {
      if (active) await setActive("switched", "switched", true);
      expect((await accepted(webhookBody("switched"))).deliveries).toBe(active ? 1 : 0);
      if (active) await setActive("switched", "switched", false);
    }
  });

  test("of changes told at once, the last one counts", async () => {
    await useInlinePlugin({ name: "flips", projects: ["flips"], source: says("on") });
    expect((await accepted(webhookBody("flips"))).deliveries).toBe(1);
    const inbox = env.INBOX.getByName("flips");
    const told: Promise<void>[] = [];
    for (let i = 0; i < 20; i++) {
      await env.DB.prepare("UPDATE activations SET active = ?1 WHERE project_id = 'flips'")
        .bind(i % 2)
        .run();
      told.push(inbox.registryChanged("flips"));
    }
    await env.DB.prepare("UPDATE activations SET active = 0 WHERE project_id = 'flips'").run();
    told.push(inbox.registryChanged("flips"));
    await Promise.all(told);
    expect((await accepted(webhookBody("flips"))).deliveries).toBe(0);
  });
});

describe("clocks", () => {
  test("an event from a machine whose clock is ahead runs at once", async () => {
    await useInlinePlugin({ name: "ahead", projects: ["ahead"], source: "onSubmit() {}" });
    const event = {
      ...{ projectId: "ahead", type: "onSubmit", kiliRunId: null, assetId: "asset-1", labelId: "label-1" },
      ...{ body: JSON.stringify(webhookBody("ahead")), bodyBytes: 1, onlyPlugin: null },
      receivedAt: Date.now() + 60_000,
    };
    const [answer] = JSON.parse(await env.INBOX.getByName("ahead").accept([event])) as AcceptAnswer[];
    if (answer?.type !== "accepted") throw new Error(answer?.type);
    expect(await outcomesOf(answer.id, 1)).toEqual(["ok"]);
  });
});

describe("stale artifacts", () => {
  test("code that is missing for a while is lost and comes again, for all deliveries that waited for it", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.2);
    const plugin = {
      name: "missing",
      projects: ["missing"],
      source: "onSubmit() {}",
      manifest: { retry: { max_attempts: 6 }, delivery: { order: "none" as const } },
    };
    const artifact = await inlineArtifact(plugin);
    await registerBuild({ status: "built", artifact });
    // Another hash, so that the probe's isolate is not what runs; and no code under it yet.
    await env.DB.prepare("UPDATE versions SET hash = 'stale' || substr(hash, 6) WHERE hash = ?1")
      .bind(artifact.hash)
      .run();
    const sent = await Promise.all(Array.from({ length: 6 }, () => accepted(webhookBody("missing"))));
    for (const { id } of sent) expect((await outcomesOf(id, 1))[0]).toBe("lost");
    await env.DB.prepare("UPDATE artifact_chunks SET hash = 'stale' || substr(hash, 6) WHERE hash = ?1")
      .bind(artifact.hash)
      .run();
    for (const { id } of sent) {
      await vi.waitFor(async () => expect(await deliveryOf(id)).toMatchObject({ state: "done" }), {
        timeout: 15_000,
        interval: 100,
      });
    }
    await expectInbox("missing", EMPTY);
  });
});

describe("remembering", () => {
  test("run ids are forgotten after their time, not before", async () => {
    await accepted(webhookBody("forgets", { runId: "old" }));
    await accepted(webhookBody("forgets", { runId: "young" }));
    const inbox = env.INBOX.getByName("forgets");
    await runInDurableObject(inbox, (_, { storage }) => {
      const age = (id: string, at: number): unknown =>
        storage.sql.exec("UPDATE seen SET at = ? WHERE kili_run_id = ?", at, id);
      age("old", Date.now() - DEDUPE_MS - 1_000);
      age("young", Date.now() - DEDUPE_MS + 60_000);
    });
    await runDurableObjectAlarm(inbox);
    expect((await postWebhook(webhookBody("forgets", { runId: "young" }))).status).toBe(200);
    expect((await postWebhook(webhookBody("forgets", { runId: "old" }))).status).toBe(202);
  });
});
