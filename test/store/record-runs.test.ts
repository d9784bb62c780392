import * as fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { recordRuns } from "../../worker/store/record-runs.ts";
import type { DeliveryRow } from "../../worker/store/flush-batch.ts";
import { auditRow, deliveryRow, eventRow, flushBatch, logRow, NOW, runRow } from "./rows.ts";
import { countRows, db, emptyDatabase } from "./test-db.ts";

beforeEach(emptyDatabase);

const BATCH = flushBatch({
  events: [eventRow()],
  deliveries: [deliveryRow()],
  runs: [
    runRow({
      outcomeType: "threw",
      outcome: { type: "threw", name: "TypeError", message: 'no "x"', stack: null },
      calls: [{ kind: "kili", target: "createIssues", result: "dry_run", startedAt: NOW, ms: 3, detail: '{"a":[1]}' }],
      dryRun: true,
      cpuMs: 1.5,
    }),
  ],
  logs: [logRow(), logRow({ line: 1, logType: "warning", content: "second" })],
  audit: [auditRow()],
});

describe("recordRuns", () => {
  test("writes every row as it was handed over", async () => {
    await recordRuns(db, BATCH);
    const run = await db.prepare("SELECT * FROM runs").first();
    expect(run).toMatchObject({
      id: "run-1",
      outcome_type: "threw",
      outcome: '{"type":"threw","name":"TypeError","message":"no \\"x\\"","stack":null}',
      dry_run: 1,
      cpu_ms: 1.5,
      wall_ms: 4,
    });
    expect(JSON.parse(String(run?.["calls"]))).toEqual(BATCH.runs[0]?.calls);
    expect(await db.prepare("SELECT * FROM events").first()).toMatchObject({ id: "event-1", received_at: NOW });
    expect(await db.prepare("SELECT * FROM audit").first()).toMatchObject({ id: "run-1:0", action: "refused" });
    const lines = await db.prepare("SELECT line, log_type, content FROM logs ORDER BY id").all();
    expect(lines.results).toEqual([
      { line: 0, log_type: "info", content: "two boxes too many" },
      { line: 1, log_type: "warning", content: "second" },
    ]);
  });

  test("a batch handed over twice changes nothing the second time", async () => {
    await recordRuns(db, BATCH);
    const before = await dump();
    await recordRuns(db, BATCH);
    expect(await dump()).toEqual(before);
  });

  test("an empty batch writes nothing", async () => {
    await recordRuns(db, flushBatch());
    expect(await countRows("runs")).toBe(0);
  });

  test("one bad row fails the whole batch, so that no half of it is forgotten", async () => {
    const broken = { ...runRow({ id: "run-2" }), projectId: null } as unknown as ReturnType<typeof runRow>;
    await expect(recordRuns(db, { ...BATCH, runs: [broken] })).rejects.toThrow(/NOT NULL/);
    expect(await countRows("events")).toBe(0);
  });

  test("keeps any text a plugin may log", async () => {
    const texts = ["", "null", "{}", "'; DROP TABLE logs; --", "é\n\t€😀", "a\u0000b", '"quoted"', "12"];
    await recordRuns(db, flushBatch({ logs: texts.map((content, line) => logRow({ line, content })) }));
    const rows = await db.prepare("SELECT content FROM logs ORDER BY line").all<{ content: string }>();
    expect(rows.results.map((row) => row.content)).toEqual(texts);
  });

  test("text round-trips (property)", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 5 }), async (texts) => {
        await emptyDatabase();
        await recordRuns(db, flushBatch({ logs: texts.map((content, line) => logRow({ line, content })) }));
        const rows = await db.prepare("SELECT content FROM logs ORDER BY line").all<{ content: string }>();
        expect(rows.results.map((row) => row.content)).toEqual(texts);
      }),
      { numRuns: 30 },
    );
  });

  test("takes a full batch of 256 runs with log lines", async () => {
    const ids = Array.from({ length: 256 }, (_, index) => `r${index}`);
    await recordRuns(
      db,
      flushBatch({
        runs: ids.map((id) => runRow({ id })),
        logs: ids.flatMap((runId) => [0, 1, 2].map((line) => logRow({ runId, line, content: "x".repeat(500) }))),
      }),
    );
    expect(await countRows("runs")).toBe(256);
    expect(await countRows("logs")).toBe(768);
  });
});

describe("recordRuns: standing of a delivery", () => {
  const waiting = deliveryRow({ state: "pending", attempts: 1, lastOutcome: "threw", nextAttemptAt: NOW + 500 });
  const cases: [name: string, steps: DeliveryRow[], state: string, attempts: number][] = [
    ["waiting, then done", [waiting, deliveryRow({ attempts: 2 })], "done", 2],
    ["done, then an older waiting", [deliveryRow({ attempts: 2 }), waiting], "done", 2],
    ["waiting, then dead after the same attempt", [waiting, deliveryRow({ state: "dead" })], "dead", 1],
    ["dead, then waiting after the same attempt", [deliveryRow({ state: "dead" }), waiting], "dead", 1],
    ["done is not made dead", [deliveryRow(), deliveryRow({ state: "dead" })], "done", 1],
    ["a dead one that is tried again", [deliveryRow({ state: "dead" }), deliveryRow({ attempts: 2 })], "done", 2],
  ];

  test.each(cases)("%s", async (_name, steps, state, attempts) => {
    for (const step of steps) await recordRuns(db, flushBatch({ deliveries: [step] }));
    expect(await db.prepare("SELECT state, attempts FROM deliveries").first()).toEqual({ state, attempts });
    await emptyDatabase();
    await recordRuns(db, flushBatch({ deliveries: steps }));
    expect(await db.prepare("SELECT state, attempts FROM deliveries").first()).toEqual({ state, attempts });
  });
});

async function dump(): Promise<unknown[]> {
  const tables = ["events", "deliveries", "runs", "logs", "audit", "rollups"];
  const results = await db.batch(tables.map((table) => db.prepare(`SELECT * FROM ${table}`)));
  return results.map((result) => result.results);
}
