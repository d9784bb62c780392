// Bounds of what waits in an inbox, with an inbox's own tables filled by hand.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import type { BacklogLevel } from "../../schemas/inbox.ts";
import { Backlog } from "../../worker/dispatch/backlog.ts";
import { Journal } from "../../worker/dispatch/journal.ts";
import {
  BACKLOG_MEASURE_EVENTS,
  BACKLOG_MEASURE_MS,
  BACKLOG_RECOVERY_SHARE,
  BACKLOG_RETRY_AFTER_S,
  MAX_BACKLOG_DELIVERIES,
  MAX_BACKLOG_DELIVERIES_PER_PLUGIN,
} from "../../worker/limits.ts";
import { askHost, postWebhook, webhookBody } from "../test-host.ts";
import { useInlinePlugin } from "./inline-plugin.ts";

/** Deliveries of a version that wait for an hour, of an event that is not there. */
function fill(sql: SqlStorage, versionId: string, plugin: string, count: number): void {
  const numbers = JSON.stringify(Array.from({ length: count }, (_, i) => i));
  sql.exec(
    `INSERT INTO delivery (id, event_seq, plugin, version_id, attempt, state, due_at, created_at)
     SELECT 'dl_' || ?1 || value, 0, ?1, ?2, 0, 0, ?3, ?3 FROM json_each(?4)`,
    ...[plugin, versionId, Date.now() + 3_600_000, numbers],
  );
}

describe("Backlog", () => {
  interface Bench {
    readonly sql: SqlStorage;
    readonly clock: { now: number };
    readonly changes: BacklogLevel[];
    readonly backlog: Backlog;
  }

  const onBench = (name: string, work: (bench: Bench) => void): Promise<void> =>
    runInDurableObject(env.INBOX.getByName(name), (_, { storage }) => {
      void new Journal(storage);
      const clock = { now: 1_000_000 };
      const changes: BacklogLevel[] = [];
      const backlog = new Backlog({
        ...{ storage, now: () => clock.now, onChange: (level) => void changes.push(level) },
        pluginOf: (versionId) => versionId.slice(0, 3),
      });
      work({ sql: storage.sql, clock, changes, backlog });
    });

  test("refuses past its bound, measured now and then, and takes events again only well below it", () =>
    onBench("backlog-all", ({ sql, clock, changes, backlog }) => {
      expect(backlog.level()).toBe("room");
      for (let i = 0; i < 10; i++) fill(sql, `p${i}-v1`, `p${i}`, MAX_BACKLOG_DELIVERIES / 10);
      fill(sql, "p11", "p11", 1);
      expect(backlog.level()).toBe("room");
      for (let i = 2; i < BACKLOG_MEASURE_EVENTS; i++) backlog.level();
      expect(backlog.level()).toBe("too_many");
      sql.exec("DELETE FROM delivery WHERE seq <= ?", 2);
      clock.now += BACKLOG_MEASURE_MS;
      expect(backlog.level()).toBe("too_many");
      sql.exec("DELETE FROM delivery WHERE seq <= ?", MAX_BACKLOG_DELIVERIES * (1 - BACKLOG_RECOVERY_SHARE) + 2);
      clock.now += BACKLOG_MEASURE_MS;
      expect([backlog.level(), backlog.lastLevel]).toEqual(["room", "room"]);
      expect(changes).toEqual(["too_many", "room"]);
    }));

  test("knows which plugin has too many, over all of its versions, the dead left out", () =>
    onBench("backlog-one", ({ sql, clock, backlog }) => {
      fill(sql, "one-v1", "one", MAX_BACKLOG_DELIVERIES_PER_PLUGIN - 10);
      fill(sql, "two-v1", "two", 10);
      fill(sql, "tri-v1", "tri", MAX_BACKLOG_DELIVERIES_PER_PLUGIN);
      sql.exec("UPDATE delivery SET state = 2 WHERE plugin = 'tri'");
      clock.now += BACKLOG_MEASURE_MS;
      backlog.level();
      expect(["one", "two", "tri"].map((name) => backlog.isCrowded(name))).toEqual([false, false, false]);
      fill(sql, "one-v2", "one", 10);
      clock.now += BACKLOG_MEASURE_MS;
      backlog.level();
      expect(["one", "two", "tri"].map((name) => backlog.isCrowded(name))).toEqual([true, false, false]);
    }));
});

describe("an inbox", () => {
  const versionOf = (sql: SqlStorage, plugin: string): string => {
    const query = "SELECT value FROM remembered WHERE key LIKE 'version %' AND value ->> '$.name' = ?";
    const { value } = sql.exec<{ value: string }>(query, plugin).one();
    return (JSON.parse(value) as { versionId: string }).versionId;
  };

  test("with too much in it answers 503 and when to come again, and recovers by itself", async () => {
    await useInlinePlugin({ name: "behind", projects: ["full-up"], source: "onSubmit() {}" });
    expect((await postWebhook(webhookBody("full-up"))).status).toBe(202);
    const inbox = env.INBOX.getByName("full-up");
    await runInDurableObject(inbox, (_, { storage }) => fill(storage.sql, "old", "old", MAX_BACKLOG_DELIVERIES + 1));
    await vi.waitFor(
      async () => {
        const answer = await postWebhook(webhookBody("full-up"));
        expect(answer.status).toBe(503);
        expect(answer.headers.get("retry-after")).toBe(String(BACKLOG_RETRY_AFTER_S));
        expect(await answer.json()).toMatchObject({ error: { code: "inbox_full" } });
      },
      { timeout: 10_000 },
    );
    expect(await inbox.status()).toMatchObject({ backlog: "too_many" });
    // Another project's is nobody else's.
    expect((await postWebhook(webhookBody("full-of-room"))).status).toBe(202);
    await runInDurableObject(
      inbox,
      (_, { storage }) => void storage.sql.exec("DELETE FROM delivery WHERE plugin = 'old'"),
    );
    await vi.waitFor(async () => expect((await postWebhook(webhookBody("full-up"))).status).toBe(202), {
      timeout: 10_000,
    });
  });

  test("dead-letters at once what comes for a plugin that has too much waiting, and nobody else's", async () => {
    await useInlinePlugin({ name: "flooded", projects: ["floods"], source: "onSubmit() {}" });
    await useInlinePlugin({ name: "beside", projects: ["floods"], source: "onSubmit() {}" });
    expect((await postWebhook(webhookBody("floods"))).status).toBe(202);
    await runInDurableObject(env.INBOX.getByName("floods"), (_, { storage }) =>
      fill(storage.sql, versionOf(storage.sql, "flooded"), "flooded", MAX_BACKLOG_DELIVERIES_PER_PLUGIN),
    );
    await vi.waitFor(
      async () => {
        const answer = await postWebhook(webhookBody("floods"));
        const { id } = await answer.json<{ id: string }>();
        await new Promise((resolve) => setTimeout(resolve, 800));
        expect(await askHost(`{ event(id: "${id}") { deliveries { pluginName state deadReason } } }`)).toEqual({
          data: {
            event: {
              deliveries: [
                { pluginName: "beside", state: "done", deadReason: null },
                { pluginName: "flooded", state: "dead", deadReason: "backlog_full" },
              ],
            },
          },
        });
      },
      { timeout: 20_000 },
    );
  });
});
