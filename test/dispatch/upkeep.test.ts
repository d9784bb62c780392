// What an inbox lets go of, on tables of its own with a clock of its own.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { DEAD, PENDING } from "../../worker/dispatch/journal-tables.ts";
import { KeptEvents } from "../../worker/dispatch/kept-events.ts";
import { Memory } from "../../worker/dispatch/memory.ts";
import { Outbox } from "../../worker/dispatch/outbox.ts";
import { PluginSet } from "../../worker/dispatch/plugin-set.ts";
import { Upkeep } from "../../worker/dispatch/upkeep.ts";
import {
  MAX_DEAD_LETTER_BYTES,
  MAX_PRUNE_STEPS,
  MAX_PRUNED_AT_ONCE,
  MAX_PRUNED_BYTES_AT_ONCE,
  MAX_SETTLED_AT_ONCE,
  UPKEEP_LEFT_MS,
  UPKEEP_MS,
} from "../../worker/limits.ts";

const KEEP_MS = 1_000_000;
const DEAD_MS = 5_000_000;
const START = 1_000_000_000;

interface World {
  readonly upkeep: Upkeep;
  readonly kept: KeptEvents;
  readonly clock: { now: number };
  /** Journals events that are stored, each with a delivery in that state unless it is null. */
  readonly add: (count: number, state: number | null, bodyBytes?: number) => void;
  readonly count: () => number;
  /** The numbers of events that have one. */
  readonly deliveries: () => number[];
}

let worlds = 0;

function inWorld(keepBytes: number, act: (world: World) => void, databaseSize = 0): Promise<void> {
  return runInDurableObject(env.INBOX.getByName(`upkeep-${worlds++}`), (_, { storage }) => {
    const { sql } = storage;
    const clock = { now: START };
    const memory = new Memory(storage);
    const kept = new KeptEvents(storage);
    const plugins = new PluginSet(memory, async () => []);
    const outbox = new Outbox(storage);
    const limits = { keepMs: () => KEEP_MS, keepBytes, deadMs: DEAD_MS };
    // As large as a test says: filling it would take minutes.
    const sized = {
      sql: { exec: (...statement: Parameters<SqlStorage["exec"]>) => sql.exec(...statement), databaseSize },
      transactionSync: (step: () => void) => storage.transactionSync(step),
    } as unknown as DurableObjectStorage;
    const upkeep = new Upkeep({ storage: sized, memory, plugins, outbox, kept, ...limits, now: () => clock.now });
    const add: World["add"] = (count, state, bodyBytes = 2) => {
      const first = sql.exec<{ seq: number }>("SELECT COUNT(*) AS seq FROM event").one().seq + 1;
      const numbers = "WITH RECURSIVE n(seq) AS (SELECT ? UNION ALL SELECT seq + 1 FROM n WHERE seq + 1 < ?)";
      sql.exec(
        `${numbers} INSERT INTO event (seq, id, type, received_at, body, body_bytes, delivery_count)
        SELECT seq, 'ev_' || seq, 'onSubmit', ?, '{}', ?, 1 FROM n`,
        ...[first, first + count, clock.now, bodyBytes],
      );
      if (state === null) return;
      sql.exec(
        `${numbers} INSERT INTO delivery (id, event_seq, plugin, version_id, attempt, state, due_at, created_at)
        SELECT 'dl_' || seq, seq, 'a', 'a', 1, ?, ?, ? FROM n`,
        ...[first, first + count, state, clock.now, clock.now],
      );
    };
    const count = (): number => sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM event").one().n;
    const deliveries = (): number[] => {
      const query = "SELECT event_seq AS seq FROM delivery ORDER BY seq";
      return Array.from(sql.exec<{ seq: number }>(query), ({ seq }) => seq);
    };
    act({ upkeep, kept, clock, add, count, deliveries });
  });
}

describe("payloads", () => {
  test("go however many events before them have to stay", async () => {
    const alive = MAX_PRUNE_STEPS * MAX_PRUNED_AT_ONCE + 1;
    await inWorld(Infinity, ({ upkeep, clock, add, count }) => {
      add(alive, PENDING);
      add(10, null);
      clock.now += KEEP_MS + 1;
      upkeep.run();
      expect(count()).toBe(alive + 10);
      clock.now = upkeep.nextAt() ?? 0;
      expect(clock.now).toBeLessThan(START + KEEP_MS + 1 + UPKEEP_MS);
      upkeep.run();
      expect(count()).toBe(alive);
    });
  });

  test("go as fast as they are small when they take too much room", async () => {
    await inWorld(0, ({ upkeep, add, count }) => {
      add(MAX_PRUNE_STEPS * MAX_PRUNED_AT_ONCE, null);
      upkeep.run();
      expect(count()).toBe(0);
    });
    await inWorld(0, ({ kept, add, count }) => {
      add(3, null, MAX_PRUNED_BYTES_AT_ONCE - 1);
      expect([kept.prune({ before: 0, bytes: 0 }), count()]).toEqual([true, 1]);
      expect([kept.prune({ before: 0, bytes: 0 }), count()]).toEqual([false, 0]);
    });
  });
});

test("an inbox that nothing comes to looks after dead letters until the last one is gone", async () => {
  await inWorld(Infinity, ({ upkeep, clock, add, count }) => {
    add(1, DEAD);
    clock.now += 1;
    upkeep.run();
    expect(upkeep.nextAt()).toBe(START + KEEP_MS + 1);
    for (let at = upkeep.nextAt(); at !== null && at < START + 2 * DEAD_MS; at = upkeep.nextAt()) {
      expect(at).toBeGreaterThanOrEqual(clock.now + UPKEEP_MS);
      clock.now = at;
      upkeep.run();
    }
    expect(count()).toBe(0);
    expect(clock.now).toBeGreaterThan(START + DEAD_MS);
    expect(clock.now).toBeLessThanOrEqual(START + DEAD_MS + UPKEEP_LEFT_MS);
  });
});

test.each([
  ["go, the oldest first and some at a time, where they take too much room", MAX_DEAD_LETTER_BYTES + 1, 1],
  ["stay where they do not", MAX_DEAD_LETTER_BYTES, MAX_SETTLED_AT_ONCE + 1],
])("dead letters of no great age %s", async (_, databaseSize, left) => {
  const act = ({ upkeep, add, deliveries }: World): void => {
    add(MAX_SETTLED_AT_ONCE + 1, DEAD);
    upkeep.run();
    expect(deliveries().length).toBe(left);
    expect(deliveries().at(-1)).toBe(MAX_SETTLED_AT_ONCE + 1);
  };
  await inWorld(Infinity, act, databaseSize);
});
