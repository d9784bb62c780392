// Sums over what happened: each thing counts once, however often it is handed over.
import { beforeEach, describe, expect, test } from "vitest";
import { DURATION_BOUNDS_MS, HOUR_MS, MINUTE_MS } from "../../worker/limits.ts";
import { estimateQuantile } from "../../worker/store/estimate-quantile.ts";
import { listRollups, type RollupFilter } from "../../worker/store/list-rollups.ts";
import { listTotals } from "../../worker/store/list-totals.ts";
import { recordRuns } from "../../worker/store/record-runs.ts";
import { deliveryRow, eventRow, flushBatch, NOW, runRow } from "./rows.ts";
import { countRows, db, emptyDatabase } from "./test-db.ts";

beforeEach(emptyDatabase);

const OPEN: RollupFilter = {
  grainMs: MINUTE_MS,
  since: NOW,
  until: NOW + HOUR_MS,
  kind: "run",
  projectId: null,
  pluginName: null,
};

/** A histogram by the bounds that are not empty. */
function classes(histogram: readonly number[]): Record<string, number> {
  const named = histogram.map((count, index): [string, number] => [String(DURATION_BOUNDS_MS[index] ?? "Inf"), count]);
  return Object.fromEntries(named.filter(([, count]) => count > 0));
}

const BATCH = flushBatch({
  events: [eventRow({ id: "e1" }), eventRow({ id: "e2", deliveryCount: 0, receivedAt: NOW + 1 })],
  deliveries: [
    deliveryRow({ id: "d1", createdAt: NOW, updatedAt: NOW + 700 }),
    deliveryRow({ id: "d2", state: "dead", createdAt: NOW, updatedAt: NOW + MINUTE_MS }),
    deliveryRow({ id: "d3", state: "pending" }),
  ],
  runs: [
    runRow({ id: "r1", deliveryId: "d1", wallMs: 5, coldStart: true }),
    runRow({ id: "r2", deliveryId: "d2", wallMs: 6, outcomeType: "threw" }),
    runRow({ id: "r3", deliveryId: "d2", wallMs: 400_000, attempt: 2, startedAt: NOW + MINUTE_MS }),
    runRow({ id: "r4", deliveryId: "d4", wallMs: 7, pluginName: "other", projectId: "elsewhere", coldStart: null }),
  ],
});

describe("recordRuns sums up what it writes", () => {
  test("by minute: events, runs and deliveries that ended, by their outcomes", async () => {
    await recordRuns(db, BATCH);
    const runs = await listRollups(db, OPEN, "time");
    expect(
      runs.map(({ at, outcome, count, retries, coldStarts, sumMs }) => [
        at - NOW,
        outcome,
        count,
        retries,
        coldStarts,
        sumMs,
      ]),
    ).toEqual([
      [0, "ok", 2, 0, 1, 12],
      [0, "threw", 1, 0, 0, 6],
      [MINUTE_MS, "ok", 1, 1, 0, 400_000],
    ]);
    expect(runs.map(({ histogram }) => classes(histogram))).toEqual([{ 5: 1, 10: 1 }, { 10: 1 }, { Inf: 1 }]);

    const events = await listRollups(db, { ...OPEN, kind: "event" }, "time");
    expect(events.map(({ outcome, count }) => [outcome, count])).toEqual([
      ["matched", 1],
      ["unmatched", 1],
    ]);
    const deliveries = await listRollups(db, { ...OPEN, kind: "delivery" }, "time");
    expect(
      deliveries.map(({ at, outcome, count, histogram }) => [at - NOW, outcome, count, classes(histogram)]),
    ).toEqual([
      [0, "done", 1, { 1000: 1 }],
      [MINUTE_MS, "dead", 1, { 60000: 1 }],
    ]);
  });

  test("by hour and by plugin or project, and only where asked", async () => {
    await recordRuns(db, BATCH);
    const hours = { ...OPEN, grainMs: HOUR_MS } as const;
    const counts = async (filter: RollupFilter, by: "time" | "plugin" | "project") =>
      (await listRollups(db, filter, by)).map((row) => [row.pluginName || row.projectId, row.outcome, row.count]);
    expect(await counts(hours, "time")).toEqual([
      ["", "ok", 3],
      ["", "threw", 1],
    ]);
    expect(await counts(hours, "plugin")).toEqual([
      ["bbox-count", "ok", 2],
      ["bbox-count", "threw", 1],
      ["other", "ok", 1],
    ]);
    expect(await counts(OPEN, "project")).toEqual([
      ["demo", "ok", 2],
      ["demo", "threw", 1],
      ["elsewhere", "ok", 1],
    ]);
    expect(await counts({ ...hours, projectId: "elsewhere" }, "time")).toEqual([["", "ok", 1]]);
    expect(await counts({ ...hours, pluginName: "bbox-count", until: NOW }, "time")).toEqual([]);
    // A stretch that began before `since` belongs to it.
    expect(await counts({ ...OPEN, since: NOW + 30_000 }, "plugin")).toHaveLength(3);
  });

  test("for all time, all projects together, also of what was deleted since", async () => {
    await recordRuns(db, BATCH);
    await db.batch(["runs", "events", "deliveries"].map((table) => db.prepare(`DELETE FROM ${table}`)));
    await recordRuns(db, flushBatch({ runs: [runRow({ id: "r9", projectId: "elsewhere" })] }));
    const totals = await listTotals(db);
    expect(totals.map(({ kind, pluginName, outcome, count }) => `${kind} ${pluginName} ${outcome} ${count}`)).toEqual([
      "delivery bbox-count dead 1",
      "delivery bbox-count done 1",
      "event  matched 1",
      "event  unmatched 1",
      "run bbox-count ok 3",
      "run bbox-count threw 1",
      "run other ok 1",
    ]);
  });

  test("a hand-over that comes again, alone or in another's company, counts nothing twice", async () => {
    await recordRuns(db, BATCH);
    const before = await listTotals(db);
    await recordRuns(db, BATCH);
    expect(await listTotals(db)).toEqual(before);
    await recordRuns(db, { ...BATCH, runs: [...BATCH.runs, runRow({ id: "r5" })] });
    const grown = (await listTotals(db)).map((row, index) => row.count - (before[index]?.count ?? 0));
    expect(grown).toEqual([0, 0, 0, 0, 1, 0, 0]);
  });

  test("a delivery counts when it ends, once", async () => {
    const pending = deliveryRow({ state: "pending", attempts: 1 });
    for (const row of [pending, deliveryRow({ attempts: 2 }), deliveryRow({ attempts: 2 }), pending]) {
      await recordRuns(db, flushBatch({ deliveries: [row] }));
    }
    expect((await listTotals(db)).map(({ kind, outcome, count }) => [kind, outcome, count])).toEqual([
      ["delivery", "done", 1],
    ]);
  });

  test("a batch of many runs makes few rows", async () => {
    const runs = Array.from({ length: 256 }, (_, index) => runRow({ id: `r${index}`, wallMs: index }));
    await recordRuns(db, flushBatch({ runs }));
    expect(await countRows("rollups")).toBe(3);
    const [row] = await listRollups(db, OPEN, "time");
    expect(row?.count).toBe(256);
    expect(row?.histogram.reduce((sum, count) => sum + count, 0)).toBe(256);
    expect(classes(row?.histogram ?? [])).toMatchObject({ 5: 6, 10: 5, 25: 15, 250: 150, 500: 5 });
  });
});

describe("estimateQuantile", () => {
  const of = (counts: Record<number, number>) => [...DURATION_BOUNDS_MS, Infinity].map((bound) => counts[bound] ?? 0);

  test.each([
    ["nothing", {}, 0.5, null],
    ["one class: a straight line through it", { 10: 4 }, 0.5, 7.5],
    ["the first class begins at nothing", { 5: 2 }, 0.5, 2.5],
    ["the bound of a class that is full", { 10: 1, 100: 1 }, 0.5, 10],
    ["the tail", { 10: 99, 1000: 1 }, 1, 1000],
    ["above all bounds", { Infinity: 3 }, 0.5, 300_000],
  ])("%s", (_, counts, quantile, wanted) => {
    expect(estimateQuantile(of(counts), quantile)).toBe(wanted);
  });
});
