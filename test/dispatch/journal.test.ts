// The journal and its way out, on the SQLite of an object of their own: what goes in comes out, and nothing is
// forgotten before it may be.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toFinishedRows } from "../../worker/dispatch/finished-rows.ts";
import { Flusher } from "../../worker/dispatch/flusher.ts";
import type { ClaimedDelivery } from "../../worker/dispatch/claimed-delivery.ts";
import { Journal, type NewEvent, type NextStep } from "../../worker/dispatch/journal.ts";
import { STEPS } from "../../worker/dispatch/journal-tables.ts";
import { Memory } from "../../worker/dispatch/memory.ts";
import { Outbox } from "../../worker/dispatch/outbox.ts";
import { SetAside } from "../../worker/dispatch/set-aside.ts";
import { MAX_FLUSH_RUNS, MAX_ROW_BYTES } from "../../worker/limits.ts";
import type { FlushBatch } from "../../worker/store/flush-batch.ts";
import { NOW } from "../store/rows.ts";
import { OK } from "./open-dispatcher.ts";

interface Desk {
  readonly journal: Journal;
  readonly outbox: Outbox;
  readonly memory: Memory;
  readonly storage: DurableObjectStorage;
  readonly count: (from: string) => number;
}

let desks = 0;

function atDesk<Value>(work: (desk: Desk) => Value | Promise<Value>): Promise<Value> {
  return runInDurableObject(env.INBOX.getByName(`desk-${desks++}`), (_, { storage }) =>
    work({
      journal: new Journal(storage),
      outbox: new Outbox(storage),
      memory: new Memory(storage),
      storage,
      count: (from) => storage.sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM ${from}`).one().n,
    }),
  );
}

let ids = 0;

function newEvent(
  versions: readonly string[],
  body: string | Uint8Array = "{}",
  receivedAt = NOW,
  lane: string | null = null,
): NewEvent {
  const id = `ev_${ids++}`;
  return {
    facts: { id, kiliRunId: `run of ${id}`, type: "onSubmit", assetId: "a", labelId: null, receivedAt },
    body,
    bodyBytes: body.length,
    deliveries: versions.map((versionId) => ({
      ...{ id: `dl_${ids++}`, pluginName: `plugin ${versionId}`, versionId },
      lane: lane && `${versionId} ${lane}`,
      dead: null,
    })),
  };
}

function ended(delivery: ClaimedDelivery, next: NextStep, report = OK) {
  const attempt = {
    runId: `run_${ids++}`,
    projectId: "p",
    delivery,
    pluginName: delivery.pluginName,
    startedAt: NOW,
    endedAt: NOW + 1,
  };
  return { delivery, rows: toFinishedRows(attempt, report, next), next };
}

const DONE: NextStep = { type: "done" };

describe("Journal", () => {
  test("a delivery is claimed with all it was journalled with", () =>
    atDesk(({ journal }) => {
      const event = newEvent(["v1"], '{"é":"漢😀"}');
      journal.append([event]);
      const [claimed] = journal.claim("v1", NOW, 10, Infinity);
      expect(claimed).toMatchObject({
        facts: event.facts,
        body: event.body,
        attempt: 1,
        versionId: "v1",
        pluginName: "plugin v1",
        createdAt: NOW,
      });
      expect(claimed?.id).toBe(event.deliveries[0]?.id);
    }));

  test("large bodies come back byte by byte, in rows that the platform takes", () =>
    atDesk(({ journal, storage }) => {
      for (const length of [1, MAX_ROW_BYTES - 1, MAX_ROW_BYTES, MAX_ROW_BYTES + 1, 2 * MAX_ROW_BYTES, 2_345_678]) {
        const body = Uint8Array.from({ length }, (_, i) => (i * 31) % 251);
        journal.append([newEvent(["large"], body)]);
        const [claimed] = journal.claim("large", NOW, 1, Infinity);
        if (claimed === undefined) throw new Error("nothing claimed");
        expect(claimed.body).toBeNull();
        expect(journal.readBody(claimed.eventSeq)).toEqual(body);
        journal.finish([ended(claimed, DONE)]);
      }
      const { most } = storage.sql.exec<{ most: number }>("SELECT MAX(LENGTH(bytes)) AS most FROM body_chunk").one();
      expect(most).toBeLessThanOrEqual(MAX_ROW_BYTES);
    }));

  test("what is due is claimed once, oldest first, of one version only", () =>
    atDesk(({ journal }) => {
      journal.append([
        newEvent(["v1", "v2"], "1", NOW + 2),
        newEvent(["v1"], "2", NOW),
        newEvent(["v1"], "3", NOW + 60_000),
      ]);
      expect(journal.claim("v1", NOW + 5, 1, Infinity).map(({ body }) => body)).toEqual(["2"]);
      expect(journal.claim("v1", NOW + 5, 10, Infinity).map(({ body }) => body)).toEqual(["1"]);
      expect(journal.claim("v1", NOW + 5, 10, Infinity)).toEqual([]);
      expect(journal.nextDueAt("v1")).toBe(NOW + 60_000);
      expect(journal.listPending()).toEqual(
        new Map([
          ["v1", NOW + 60_000],
          ["v2", NOW + 2],
        ]),
      );
      expect(new Map(journal.listRunning().map(({ body, attempt }) => [body, attempt]))).toEqual(
        new Map([
          ["1", 1],
          ["2", 1],
        ]),
      );
    }));

  test("an attempt that comes again is due when it was told to be, with the next number", () =>
    atDesk(({ journal, count }) => {
      journal.append([newEvent(["v1"])]);
      for (const attempt of [1, 2, 3]) {
        const [claimed] = journal.claim("v1", NOW + attempt * 1_000, 10, Infinity);
        expect(claimed?.attempt).toBe(attempt);
        if (claimed !== undefined) journal.finish([ended(claimed, { type: "again", at: NOW + (attempt + 1) * 1_000 })]);
        expect(journal.claim("v1", NOW + (attempt + 1) * 1_000 - 1, 10, Infinity)).toEqual([]);
      }
      expect(count("finished")).toBe(3);
    }));

  test("a log of many short lines, on long names, is cut into rows that the platform takes, and is whole again", () =>
    atDesk(async ({ journal, outbox, storage, count }) => {
      journal.append([newEvent(["v".repeat(200)])]);
      const logs = Array.from(
        { length: 10_000 },
        (_, i) => ({ at: NOW + i, level: "info", content: `漢${i}` }) as const,
      );
      const [claimed] = journal.claim("v".repeat(200), NOW, 1, Infinity);
      if (claimed === undefined) throw new Error("nothing claimed");
      journal.finish([ended({ ...claimed, pluginName: "ü".repeat(128) }, DONE, { ...OK, logs })]);
      const { most } = storage.sql.exec<{ most: number }>("SELECT MAX(OCTET_LENGTH(rows)) AS most FROM finished").one();
      expect(most).toBeLessThanOrEqual(MAX_ROW_BYTES);
      const batches: FlushBatch[] = [];
      const record = async (batch: FlushBatch): Promise<void> => void batches.push(batch);
      await new Flusher({
        outbox,
        setAside: new SetAside(storage, () => NOW),
        onSetAside: () => {},
        record,
        isWell: async () => true,
        projectId: () => "p",
        keepsPayloads: () => false,
        now: () => NOW + 10_000,
        random: () => 0,
      }).flush();
      const lines = batches.flatMap((batch) => batch.logs);
      expect(lines.map(({ content }) => content)).toEqual(logs.map(({ content }) => content));
      expect(lines.every(({ line }, i) => line === i)).toBe(true);
      expect(batches.flatMap(({ runs }) => runs)).toHaveLength(1);
      for (const batch of batches) {
        expect(new TextEncoder().encode(JSON.stringify(batch.logs)).byteLength).toBeLessThanOrEqual(2_000_000);
      }
      expect([count("event"), count("finished")]).toEqual([0, 0]);
    }));

  test("an inbox of an earlier form is brought up to date, with its deliveries", () =>
    atDesk(({ storage }) => {
      for (const { name } of storage.sql
        .exec<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .toArray())
        if (!name.startsWith("_cf_") && !name.startsWith("sqlite_")) storage.sql.exec(`DROP TABLE ${name}`);
      storage.sql.exec(STEPS[0] ?? "");
      storage.sql.exec("INSERT INTO event VALUES (7, 'ev_old', NULL, 'onSubmit', 'a', 'l', 1, '{}', 2, 1, 0)");
      storage.sql.exec("INSERT INTO delivery VALUES (7, 'dl_old', 7, 'old', 'v1', 0, 0, 1, 1)");
      const journal = new Journal(storage);
      expect(journal.claim("v1", NOW, 10, Infinity)).toMatchObject([
        { id: "dl_old", lane: null, deaths: 0, alone: false },
      ]);
      expect(new Outbox(storage).listUnstoredEvents([], 2, 10)).toMatchObject([{ seq: 7, facts: { id: "ev_old" } }]);
    }));

  test("a thousand plugins on the events of one commit", () =>
    atDesk(({ journal, count }) => {
      const versions = Array.from({ length: 1_000 }, (_, i) => `version ${i} ${"漢".repeat(100)}`);
      journal.append(Array.from({ length: 20 }, () => newEvent(versions)));
      expect(count("delivery")).toBe(20_000);
      expect(journal.claim(versions[999] ?? "", NOW, 100, Infinity)).toHaveLength(20);
    }));

  test("claims no more bytes of bodies than it may, in order", () =>
    atDesk(({ journal }) => {
      journal.append([newEvent(["v1"], "x".repeat(10)), newEvent(["v1"], "x".repeat(20)), newEvent(["v1"], "x")]);
      expect(journal.claim("v1", NOW, 10, 9)).toEqual([]);
      expect(journal.claim("v1", NOW, 10, 29)).toHaveLength(1);
      expect(journal.claim("v1", NOW, 10, 21)).toHaveLength(2);
    }));

  test("events that cannot all be written leave nothing of themselves, in whichever table it fails", () =>
    atDesk(({ journal, count }) => {
      const counts = (): number[] => ["event", "unstored", "delivery", "seen", "body_chunk"].map(count);
      const first = newEvent(["v1"], "1", NOW, "a");
      journal.append([first]);
      const before = counts();
      const large = { ...newEvent(["v1"], "", NOW, "a"), body: new Uint8Array(10) };
      const sameId = { ...newEvent(["v1"]), facts: first.facts };
      const { facts, ...rest } = newEvent(["v1"]);
      const sameRun = { ...rest, facts: { ...facts, kiliRunId: first.facts.kiliRunId } };
      const [delivery] = newEvent(["v1"]).deliveries;
      if (delivery === undefined) throw new Error();
      const noPlugin = { ...newEvent([]), deliveries: [{ ...delivery, pluginName: null as never }] };
      for (const failing of [sameId, sameRun, noPlugin]) {
        expect(() => journal.append([large, newEvent(["v1"]), failing])).toThrow(/constraint/);
        expect(counts()).toEqual(before);
      }
      const [claimed] = journal.claim("v1", NOW, 10, Infinity);
      if (claimed === undefined) throw new Error();
      expect(journal.finish([ended(claimed, DONE)])).toEqual([]);
      journal.append([newEvent(["v1"], "2", NOW, "a")]);
      expect(journal.claim("v1", NOW, 10, Infinity).map(({ body }) => body)).toEqual(["2"]);
    }));

  test("a step that fails leaves nothing of itself", () =>
    atDesk(({ journal, count }) => {
      const first = newEvent(["v1"]);
      journal.append([first]);
      const clash = newEvent(["v1"]);
      const again = { ...clash, facts: { ...clash.facts, kiliRunId: first.facts.kiliRunId } };
      expect(() => journal.atomically(() => journal.append([newEvent(["v1"]), again]))).toThrow(/UNIQUE/);
      expect([count("event"), count("delivery"), count("seen")]).toEqual([1, 1, 1]);
      journal.append([newEvent(["v1"])]);
      expect(journal.claim("v1", NOW, 10, Infinity)).toHaveLength(2);
    }));
});

describe("Journal's endings", () => {
  test("endings that cannot all be written leave nothing of themselves, and can be written again", () =>
    atDesk(({ journal, count }) => {
      journal.append(["1", "2", "3"].map((body) => newEvent(["v1"], body, NOW, "a")));
      journal.append([newEvent(["v1"], "4")]);
      const [first, other] = journal.claim("v1", NOW, 10, Infinity);
      if (first === undefined || other === undefined) throw new Error();
      const fine = ended(first, DONE);
      const bad = ended({ ...other, eventSeq: null as never }, DONE);
      expect(() => journal.finish([fine, bad])).toThrow(/constraint/);
      expect([count("finished"), count("delivery")]).toEqual([0, 4]);
      expect(journal.finish([fine, ended(other, DONE)])).toEqual([{ versionId: "v1", dueAt: NOW }]);
      expect([count("finished"), count("delivery")]).toEqual([2, 2]);
    }));
});

describe("Journal's lanes", () => {
  const LANES = ["asset a", "asset b", null] as const;

  test("one delivery of a lane at a time, in the order they came; no lane waits for another", () =>
    atDesk(({ journal }) => {
      const [first, second, third] = ["1", "2", "3"].map((body) => newEvent(["v1"], body, NOW, "a"));
      if (first === undefined || second === undefined || third === undefined) throw new Error();
      journal.append([first, second]);
      journal.append([third, newEvent(["v1"], "other", NOW, "b"), newEvent(["v1"], "free")]);
      const [one, ...rest] = journal.claim("v1", NOW, 10, Infinity);
      expect([one?.body, ...rest.map(({ body }) => body)]).toEqual(["1", "other", "free"]);
      if (one === undefined) throw new Error();
      // While it waits for its retry, those behind it wait as well.
      expect(journal.finish([ended(one, { type: "again", at: NOW + 5 })])).toEqual([]);
      expect(journal.claim("v1", NOW, 10, Infinity)).toEqual([]);
      const [again] = journal.claim("v1", NOW + 5, 10, Infinity);
      if (again === undefined) throw new Error();
      expect(journal.finish([ended(again, { type: "dead" })])).toEqual([{ versionId: "v1", dueAt: NOW }]);
      const [two] = journal.claim("v1", NOW, 10, Infinity);
      expect(two?.body).toBe("2");
    }));

  test("a lane goes on across versions, and after a restart", () =>
    atDesk(({ journal, storage }) => {
      const inLane = (versionId: string): NewEvent => {
        const event = newEvent([versionId]);
        return { ...event, deliveries: event.deliveries.map((delivery) => ({ ...delivery, lane: "same" })) };
      };
      journal.append([inLane("v1"), inLane("v2")]);
      const [old] = journal.claim("v1", NOW, 10, Infinity);
      expect(journal.claim("v2", NOW, 10, Infinity)).toEqual([]);
      const restarted = new Journal(storage);
      restarted.append([inLane("v3")]);
      if (old === undefined) throw new Error();
      expect(restarted.finish([ended(old, DONE)])).toEqual([{ versionId: "v2", dueAt: NOW }]);
      const [next] = restarted.claim("v2", NOW, 10, Infinity);
      if (next === undefined) throw new Error();
      expect(restarted.claim("v3", NOW, 10, Infinity)).toEqual([]);
      expect(restarted.finish([ended(next, DONE)])).toEqual([{ versionId: "v3", dueAt: NOW }]);
    }));

  test("what was rolled back holds up nobody", () =>
    atDesk(({ journal }) => {
      const first = newEvent(["v1"], "1", NOW, "a");
      expect(() =>
        journal.atomically(() => {
          journal.append([first]);
          throw new Error("no room");
        }),
      ).toThrow("no room");
      journal.append([newEvent(["v1"], "2", NOW, "a")]);
      expect(journal.claim("v1", NOW, 10, Infinity)).toHaveLength(1);
    }));

  test("whatever is done in whatever order, restarts included, lanes run in order and all comes to its end", async () => {
    const step = fc.record({
      kind: fc.constantFrom("append", "claim", "done", "dead", "again", "restart"),
      pick: fc.nat({ max: 99 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), (steps) =>
        atDesk(({ journal: fresh, storage }) => {
          let journal = fresh;
          let appended = 0;
          let over = 0;
          let clock = NOW;
          const running: ClaimedDelivery[] = [];
          const lastOf = new Map<string, number>();
          const claim = (): void => {
            for (const delivery of journal.claim("v1", clock, 2, Infinity)) {
              const { lane, seq } = delivery;
              if (lane !== null) {
                expect(running.map((other) => other.lane)).not.toContain(lane);
                expect(seq).toBeGreaterThanOrEqual(lastOf.get(lane) ?? 0);
                lastOf.set(lane, seq);
              }
              running.push(delivery);
            }
          };
          const end = (pick: number, next: NextStep): void => {
            const [delivery] = running.splice(pick % Math.max(running.length, 1), 1);
            if (delivery === undefined) return;
            journal.finish([ended(delivery, next)]);
            if (next.type !== "again") over += 1;
          };
          for (const { kind, pick } of steps) {
            clock += 1;
            if (kind === "append") {
              appended += 1;
              journal.append([newEvent(["v1"], "{}", clock, LANES[pick % LANES.length] ?? null)]);
            } else if (kind === "claim") claim();
            else if (kind === "restart") journal = new Journal(storage);
            else end(pick, kind === "again" ? { type: "again", at: clock + (pick % 3) } : { type: kind });
          }
          for (const _ of steps) {
            clock += 5;
            claim();
            while (running.length > 0) end(0, DONE);
          }
          expect(over).toBe(appended);
        }),
      ),
      { numRuns: 60 },
    );
  });
});

describe("Outbox", () => {
  test("an event is forgotten when the history has it and nothing of it is left, in whatever order that comes", async () => {
    const step = fc.constantFrom("claim", "done", "dead", "again", "flush", "flushEvents");
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 3 }),
        fc.array(step, { maxLength: 25 }),
        fc.boolean(),
        (deliveries, steps, large) =>
          atDesk(({ journal, outbox, count }) => {
            const body = large ? new Uint8Array(10) : "{}";
            journal.append([newEvent(Array<string>(deliveries).fill("v1"), body)]);
            const running: ClaimedDelivery[] = [];
            let stored = false;
            let over = 0;
            let dead = 0;
            for (const each of steps) {
              if (each === "claim") running.push(...journal.claim("v1", NOW, 1, Infinity));
              else if (each === "flush" || each === "flushEvents") {
                const runs = each === "flush" ? outbox.listUnflushedRuns(1, 1_000) : [];
                const events = outbox.listUnstoredEvents(
                  runs.map((run) => run.eventSeq),
                  each === "flush" ? 0 : NOW + 1,
                  10,
                );
                outbox.forget(
                  runs,
                  events.map(({ seq }) => seq),
                  false,
                );
                stored ||= events.length > 0;
              } else {
                const delivery = running.pop();
                if (delivery === undefined) continue;
                journal.finish([ended(delivery, each === "again" ? { type: "again", at: NOW } : { type: each })]);
                if (each !== "again") over += 1;
                if (each === "dead") dead += 1;
              }
              // The one law: gone only if the history has it and no delivery waits, runs or is dead.
              if (count("event") === 0) expect([stored, over, dead]).toEqual([true, deliveries, 0]);
              expect(count("body_chunk")).toBe(large ? count("event") : 0);
              expect(count("delivery")).toBe(deliveries - over + dead);
            }
            // And when all is handed over, it is.
            const runs = outbox.listUnflushedRuns(100, 1_000_000);
            outbox.forget(
              runs,
              outbox.listUnstoredEvents([], NOW + 1, 10).map(({ seq }) => seq),
              false,
            );
            expect(outbox.hasUnflushed()).toBe(false);
            if (over === deliveries && dead === 0 && runs.length + deliveries > 0 && count("finished") === 0) {
              expect(count("event")).toBe(0);
            }
          }),
      ),
      { numRuns: 60 },
    );
  });

  test("gives as many runs as fit, and one even if it does not", () =>
    atDesk(({ journal, outbox }) => {
      journal.append(Array.from({ length: 6 }, () => newEvent(["v1"])));
      const log = { at: NOW, level: "info", content: "x".repeat(10_000) } as const;
      journal.finish(
        journal.claim("v1", NOW, 6, Infinity).map((delivery) => ended(delivery, DONE, { ...OK, logs: [log] })),
      );
      expect(outbox.listUnflushedRuns(100, 25_000)).toHaveLength(2);
      expect(outbox.listUnflushedRuns(100, 1)).toHaveLength(1);
      expect(outbox.listUnflushedRuns(4, 1_000_000)).toHaveLength(4);
    }));
});

describe("Flusher", () => {
  const flusherOf = ({ outbox, storage }: Desk, record: (batch: FlushBatch) => Promise<void>): Flusher =>
    new Flusher({
      ...{ outbox, record, isWell: async () => true, projectId: () => "p", keepsPayloads: () => false },
      ...{ setAside: new SetAside(storage, () => NOW), onSetAside: () => {} },
      ...{ now: () => NOW + 10_000, random: () => 0 },
    });

  test("hands everything over once, an event before or with its runs' last words", () =>
    atDesk(async (desk) => {
      const { journal, outbox, count } = desk;
      const events = Array.from({ length: MAX_FLUSH_RUNS + 10 }, () => newEvent(["v1", "v2"]));
      journal.append(events);
      for (const version of ["v1", "v2"]) {
        journal.finish(journal.claim(version, NOW, 1_000, Infinity).map((delivery) => ended(delivery, DONE)));
      }
      const batches: FlushBatch[] = [];
      await flusherOf(desk, async (batch) => void batches.push(batch)).flush();
      expect(
        batches.flatMap((batch) => batch.events.map(({ id }) => id)).toSorted((a, b) => a.localeCompare(b)),
      ).toEqual(events.map(({ facts }) => facts.id).toSorted((a, b) => a.localeCompare(b)));
      expect(batches.flatMap(({ runs }) => runs)).toHaveLength(2 * events.length);
      for (const { runs } of batches) expect(runs.length).toBeLessThanOrEqual(MAX_FLUSH_RUNS);
      expect([outbox.hasUnflushed(), count("event"), count("finished"), count("delivery")]).toEqual([false, 0, 0, 0]);
    }));

  test("what could not be recorded is all still there", () =>
    atDesk(async (desk) => {
      const { journal, count } = desk;
      journal.append([newEvent(["v1"]), newEvent([])]);
      journal.finish(journal.claim("v1", NOW, 10, Infinity).map((delivery) => ended(delivery, DONE)));
      await flusherOf(desk, () => Promise.reject(new Error("database is busy"))).flush();
      expect([count("event"), count("finished")]).toEqual([2, 1]);
      await flusherOf(desk, async () => {}).flush();
      expect([count("event"), count("finished")]).toEqual([0, 0]);
    }));

  test("a delivery that waits is in the history as such, and a later standing in the same batch wins", () =>
    atDesk(async (desk) => {
      const { journal } = desk;
      journal.append([newEvent(["v1", "v2"])]);
      for (const attempt of [1, 2]) {
        const [claimed] = journal.claim("v1", NOW + attempt, 1, Infinity);
        if (claimed !== undefined) journal.finish([ended(claimed, { type: "again", at: NOW + attempt + 1 })]);
      }
      const batches: FlushBatch[] = [];
      await flusherOf(desk, async (batch) => void batches.push(batch)).flush();
      expect(batches).toHaveLength(1);
      const standings = batches[0]?.deliveries.map(({ versionId, state, attempts }) => [versionId, state, attempts]);
      expect(standings?.toSorted()).toEqual([
        ["v1", "pending", 2],
        ["v2", "pending", 0],
      ]);
    }));
});

describe("Memory", () => {
  test("finds the run ids it has seen, and no others", () =>
    atDesk(({ journal, memory }) => {
      const events = [newEvent([]), newEvent([])];
      journal.append(events);
      const known = events.map(({ facts }) => facts.kiliRunId ?? "");
      expect(memory.findSeen([...known, "never"])).toEqual(
        new Map(events.map(({ facts }) => [facts.kiliRunId, facts.id])),
      );
      expect(memory.findSeen([])).toEqual(new Map());
      memory.forgetSeen(NOW + 1, 10);
      expect(memory.findSeen(known)).toEqual(new Map());
    }));

  test("keeps the last word", () =>
    atDesk(({ memory }) => {
      expect(memory.recall("x")).toBeNull();
      memory.remember("x", "1");
      memory.remember("x", "2");
      expect(memory.recall("x")).toBe("2");
    }));
});
