// What an inbox says is left to do: of deliveries and of what the history does not have yet.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { Journal } from "../../worker/dispatch/journal.ts";
import { readStanding } from "../../worker/dispatch/read-standing.ts";
import { MAX_STATUS_PLUGINS } from "../../worker/limits.ts";
import { NOW } from "../store/rows.ts";

test("counts what waits or runs by plugin, and not the dead", async () => {
  await runInDurableObject(env.INBOX.getByName("standing"), (_, { storage }) => {
    // oxlint-disable-next-line no-new -- makes the tables
    new Journal(storage);
    expect(readStanding(storage)).toMatchObject({
      pendingDeliveries: 0,
      oldestPendingAt: null,
      oldestUnflushedAt: null,
    });
    const insert = (plugin: string, state: number, at: number): unknown =>
      storage.sql.exec(
        `INSERT INTO delivery (id, event_seq, plugin, version_id, attempt, state, due_at, created_at)
         VALUES ('d', 1, ?, 'v', 0, ?, 0, ?)`,
        ...[plugin, state, at],
      );
    insert("a", 0, NOW + 5);
    insert("b", 0, NOW + 9);
    insert("b", 1, NOW + 7);
    insert("b", 2, NOW);
    storage.sql.exec(
      "INSERT INTO finished (event_seq, rows) VALUES (1, ?), (1, '{}')",
      `{"deliveries":[{"updatedAt":${NOW}}]}`,
    );
    const standing = readStanding(storage);
    expect(standing).toMatchObject({
      pendingDeliveries: 3,
      oldestPendingAt: NOW + 5,
      pendingByPlugin: [
        { pluginName: "b", deliveries: 2, oldestAt: NOW + 7 },
        { pluginName: "a", deliveries: 1, oldestAt: NOW + 5 },
      ],
      unflushedRuns: 2,
      oldestUnflushedAt: NOW,
    });
    expect(standing.journalBytes).toBeGreaterThan(4_096);

    for (let index = 0; index <= MAX_STATUS_PLUGINS; index += 1) insert(`p${index}`, 0, NOW);
    expect(readStanding(storage).pendingByPlugin).toHaveLength(MAX_STATUS_PLUGINS);
    expect(readStanding(storage).pendingDeliveries).toBe(MAX_STATUS_PLUGINS + 4);
    storage.sql.exec("DELETE FROM delivery");
    storage.sql.exec("DELETE FROM finished");
  });
});
