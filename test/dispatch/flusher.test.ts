// The hand-over to a history database that is not well: nothing is lost or there twice, and it is left alone in between.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Flusher } from "../../worker/dispatch/flusher.ts";
import { Outbox } from "../../worker/dispatch/outbox.ts";
import { FLUSH_LIMIT_MS, FLUSH_RETRY_BASE_MS, FLUSH_RETRY_MAX_MS, SET_ASIDE_RETRY_MS } from "../../worker/limits.ts";
import { takesWrites } from "../../worker/dispatch/takes-writes.ts";
import { SetAside } from "../../worker/dispatch/set-aside.ts";
import { recordRuns } from "../../worker/store/record-runs.ts";
import type { FlushBatch } from "../../worker/store/flush-batch.ts";
import { OK, openDispatcher, plugin } from "./open-dispatcher.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** An inbox that has `events` finished runs of two plugins to hand over. */
async function withFinished(
  project: string,
  events: number,
  work: (
    storage: DurableObjectStorage,
    flusherTo: (record: (batch: FlushBatch) => Promise<void>, ask?: () => Promise<void>) => Flusher,
  ) => Promise<void>,
): Promise<void> {
  await runInDurableObject(env.INBOX.getByName(project), async (_, { storage }) => {
    const active = [plugin("a"), plugin("b")];
    const { dispatcher, append } = await openDispatcher(storage, {
      active,
      run: async () => OK,
      projectId: () => project,
    });
    for (let i = 0; i < events; i++) append(`${project}_${i}`, ["a", "b"]);
    await dispatcher.start();
    for (let turn = 0; dispatcher.nextDueAt !== null || dispatcher.runsInFlight > 0; turn++) {
      if (turn > 1_000) throw new Error("they do not end");
      await scheduler.wait(2);
    }
    const outbox = new Outbox(storage);
    await work(storage, (record, ask = async () => {}) => {
      const facts = { outbox, projectId: () => project, keepsPayloads: () => false, isWell: () => takesWrites(ask()) };
      const setAside = new SetAside(storage, Date.now);
      return new Flusher({ ...facts, setAside, onSetAside: () => {}, record, now: Date.now, random: () => 0.999_999 });
    });
  });
}

/** Lets time pass until a hand-over has gone through. */
async function passUntil(isOver: () => boolean): Promise<void> {
  for (let turn = 0; !isOver(); turn++) {
    if (turn > 400) throw new Error("it is never over");
    await vi.advanceTimersByTimeAsync(5_000);
    // D1 answers in its own time.
    await scheduler.wait(2);
  }
}

describe("a history database", () => {
  test("that fails before it writes, after it has written, and now and then: each row is there once in the end", async () => {
    await withFinished("flush-fails", 40, async (storage, flusherTo) => {
      let calls = 0;
      const flusher = flusherTo(async (batch) => {
        calls += 1;
        if (calls % 3 === 0) throw new Error("database is locked");
        await recordRuns(env.DB, batch);
        if (calls <= 4) throw new Error("the answer was lost");
      });
      await flusher.flush();
      await passUntil(
        () => storage.sql.exec("SELECT 1 FROM finished UNION ALL SELECT 1 FROM event").toArray().length === 0,
      );
      const count = async (sql: string): Promise<unknown> => (await env.DB.prepare(sql).first<{ n: number }>())?.n;
      expect(await count("SELECT COUNT(*) AS n FROM events WHERE project_id = 'flush-fails'")).toBe(40);
      expect(await count("SELECT COUNT(*) AS n FROM runs WHERE project_id = 'flush-fails'")).toBe(80);
      expect(
        await count("SELECT COUNT(*) AS n FROM deliveries WHERE project_id = 'flush-fails' AND state = 'done'"),
      ).toBe(80);
      expect(await count("SELECT COUNT(*) AS n FROM deliveries WHERE project_id = 'flush-fails'")).toBe(80);
    });
  });

  test("that is down is asked ever less often, however much finishes meanwhile", async () => {
    await withFinished("flush-down", 1, async (storage, flusherTo) => {
      const askedAt: number[] = [];
      const flusher = flusherTo(async () => {
        askedAt.push(Date.now());
        throw new Error("no such host");
      });
      await flusher.flush();
      const until = Date.now() + 10 * FLUSH_RETRY_MAX_MS;
      while (Date.now() < until) {
        flusher.schedule();
        await flusher.flush();
        await vi.advanceTimersByTimeAsync(500);
      }
      // A few things by themselves as well, each time: it may be one of them.
      const times = [...new Set(askedAt)];
      const waits = times.slice(1).map((at, i) => at - (times[i] ?? 0));
      expect(waits[0]).toBeGreaterThanOrEqual(FLUSH_RETRY_BASE_MS);
      expect(waits).toEqual(waits.toSorted((a, b) => a - b));
      expect(waits.at(-1)).toBeLessThan(FLUSH_RETRY_MAX_MS + 1_000);
      expect(times.length).toBeLessThan(20);
      expect(askedAt.length).toBeLessThan(6 * times.length);
      expect(storage.sql.exec("SELECT 1 FROM finished").toArray()).toHaveLength(2);
    });
  });

  test("that does not answer is not waited for for ever", async () => {
    await withFinished("flush-hangs", 1, async (storage, flusherTo) => {
      let calls = 0;
      const flusher = flusherTo((batch) => {
        calls += 1;
        return calls === 1 ? new Promise(() => {}) : recordRuns(env.DB, batch);
      });
      const first = flusher.flush();
      await vi.advanceTimersByTimeAsync(FLUSH_LIMIT_MS);
      await first;
      await passUntil(() => storage.sql.exec("SELECT 1 FROM finished").toArray().length === 0);
      expect(calls).toBeGreaterThan(1);
    });
  });
});

describe("what the database refuses whenever it comes", () => {
  /** Takes everything but what `isRefused` says, and keeps count. */
  const choosy = (isRefused: (batch: FlushBatch) => boolean): ((batch: FlushBatch) => Promise<void>) => {
    return async (batch) => {
      if (isRefused(batch)) throw new Error("string or blob too big: SQLITE_TOOBIG");
      await recordRuns(env.DB, batch);
    };
  };
  const countOf = async (table: string, project: string): Promise<number> =>
    (
      await env.DB.prepare(`SELECT COUNT(*) AS n FROM ${table} WHERE project_id = ?1`)
        .bind(project)
        .first<{ n: number }>()
    )?.n ?? 0;
  const waits = (storage: DurableObjectStorage): unknown[] =>
    storage.sql.exec("SELECT 1 FROM finished UNION ALL SELECT 1 FROM unstored").toArray();
  const asides = (storage: DurableObjectStorage): number =>
    storage.sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM set_aside").one().n;

  test.each([0, 1, 25, 60])("run %i of eighty, and the one after it, do not hold up the others", async (index) => {
    const project = `refused-${index}`;
    await withFinished(project, 40, async (storage, flusherTo) => {
      const all = storage.sql
        .exec<{ id: string }>("SELECT rows ->> '$.runs[0].id' AS id FROM finished ORDER BY seq")
        .toArray();
      const refused = new Set([all[index]?.id, all[(index + 1) % 80]?.id]);
      let mended = false;
      const flusher = flusherTo(choosy(({ runs }) => !mended && runs.some(({ id }) => refused.has(id))));
      const began = Date.now();
      await flusher.flush();
      await passUntil(() => waits(storage).length === 0);
      expect(Date.now() - began).toBeLessThan(3 * FLUSH_RETRY_MAX_MS);
      expect([await countOf("runs", project), await countOf("events", project), asides(storage)]).toEqual([78, 40, 2]);

      mended = true;
      await flusher.flush();
      expect(asides(storage)).toBe(2);
      await vi.advanceTimersByTimeAsync(SET_ASIDE_RETRY_MS);
      await flusher.flush();
      expect([await countOf("runs", project), asides(storage)]).toEqual([80, 0]);
    });
  });

  test.each([
    ["beside each other", (index: number) => index < 30],
    ["three of every four", (index: number) => index % 4 !== 0],
  ])("many runs, %s, are found in minutes", async (how, isBad) => {
    const project = `refused ${how}`;
    await withFinished(project, 40, async (storage, flusherTo) => {
      const query = "SELECT rows ->> '$.runs[0].id' AS id FROM finished ORDER BY seq";
      const refused = new Set(
        storage.sql
          .exec<{ id: string }>(query)
          .toArray()
          .flatMap(({ id }, index) => (isBad(index) ? id : [])),
      );
      const began = Date.now();
      await flusherTo(choosy(({ runs }) => runs.some(({ id }) => refused.has(id)))).flush();
      await passUntil(() => waits(storage).length === 0);
      expect(Date.now() - began).toBeLessThan(5 * FLUSH_RETRY_MAX_MS);
      expect([await countOf("runs", project), await countOf("events", project), asides(storage)]).toEqual([
        80 - refused.size,
        40,
        refused.size,
      ]);
    });
  });

  test("waits like everything else while nothing like it comes, and is set aside once another has been taken", async () => {
    await withFinished("refused-last", 1, async (storage, flusherTo) => {
      const [row] = storage.sql.exec<{ rows: string }>("SELECT rows FROM finished").toArray();
      const id = (JSON.parse(row?.rows ?? "") as FlushBatch).runs[0]?.id ?? "";
      const flusher = flusherTo(choosy(({ runs }) => runs.some((run) => run.id !== "run_next")));
      await flusher.flush();
      await passUntil(() => waits(storage).length === 2);
      await vi.advanceTimersByTimeAsync(5 * FLUSH_RETRY_MAX_MS);
      expect([waits(storage).length, asides(storage)]).toEqual([2, 0]);
      storage.sql.exec("INSERT INTO finished (event_seq, rows) VALUES (0, ?)", row?.rows.replaceAll(id, "run_next"));
      await passUntil(() => waits(storage).length === 0);
      expect([await countOf("runs", "refused-last"), asides(storage)]).toEqual([1, 2]);
    });
  });

  test.each([
    ["fails", "nothing"],
    ["fails", "something"],
    ["does not answer", "nothing"],
  ])("is not taken to be refused again by a database that %s while %s else waits", async (how, what) => {
    const project = `aside while it ${how} and ${what}`;
    await withFinished(project, 2, async (storage, flusherTo) => {
      const query = "SELECT rows, rows ->> '$.runs[0].id' AS id FROM finished";
      const [first, second] = storage.sql.exec<{ rows: string; id: string }>(query).toArray();
      let isMended = false;
      let isDown = false;
      const ask = (): Promise<void> => {
        if (!isDown) return Promise.resolve();
        return how === "fails" ? Promise.reject(new Error("no such host")) : new Promise(() => {});
      };
      const choose = choosy(({ runs }) => !isMended && runs.some(({ id }) => id === first?.id));
      const flusher = flusherTo(async (batch) => {
        await ask();
        await choose(batch);
      }, ask);
      await flusher.flush();
      await passUntil(() => waits(storage).length === 0);
      expect(asides(storage)).toBe(1);

      await vi.advanceTimersByTimeAsync(SET_ASIDE_RETRY_MS);
      isMended = true;
      isDown = true;
      if (what === "something")
        storage.sql.exec(
          "INSERT INTO finished (event_seq, rows) VALUES (0, ?)",
          second?.rows.replaceAll(second.id, `run_next`),
        );
      const flushed = flusher.flush();
      await vi.advanceTimersByTimeAsync(3 * FLUSH_LIMIT_MS);
      await flushed;
      expect(asides(storage)).toBe(1);

      isDown = false;
      await vi.advanceTimersByTimeAsync(FLUSH_RETRY_MAX_MS);
      await flusher.flush();
      expect(asides(storage)).toBe(0);
    });
  });

  test("is asked for again an hour later, and not before, by a database that is well", async () => {
    await withFinished("aside-hourly", 2, async (storage, flusherTo) => {
      const [first] = storage.sql.exec<{ id: string }>("SELECT rows ->> '$.runs[0].id' AS id FROM finished").toArray();
      let refusals = 0;
      const flusher = flusherTo(async (batch) => {
        if (!batch.runs.some(({ id }) => id === first?.id)) return;
        refusals += 1;
        throw new Error("string or blob too big: SQLITE_TOOBIG");
      });
      await flusher.flush();
      await passUntil(() => waits(storage).length === 0);
      const before = refusals;
      for (let minutes = 0; minutes < 150; minutes++) {
        await vi.advanceTimersByTimeAsync(60_000);
        await flusher.flush();
      }
      expect(refusals - before).toBe(2);
    });
  });

  test("an event, of which the rest goes on", async () => {
    await withFinished("refused-event", 20, async (storage, flusherTo) => {
      const isRefused = ({ events }: FlushBatch): boolean => events.some(({ id }) => id === "refused-event_7");
      await flusherTo(choosy(isRefused)).flush();
      await passUntil(() => waits(storage).length === 0);
      expect([await countOf("runs", "refused-event"), await countOf("events", "refused-event")]).toEqual([40, 19]);
      expect(asides(storage)).toBe(1);
    });
  });

  test("is not set aside while the database takes nothing else of its kind, however long that is", async () => {
    await withFinished("refused-all", 20, async (storage, flusherTo) => {
      let isDown = true;
      const flusher = flusherTo(choosy(({ runs }) => isDown && runs.length > 0));
      await flusher.flush();
      await vi.advanceTimersByTimeAsync(60 * FLUSH_RETRY_MAX_MS);
      await scheduler.wait(5);
      expect(asides(storage)).toBe(0);
      isDown = false;
      await passUntil(() => waits(storage).length === 0);
      expect([await countOf("runs", "refused-all"), asides(storage)]).toEqual([40, 0]);
    });
  });
});
