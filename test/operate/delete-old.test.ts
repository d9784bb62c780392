// What the schedule does as a whole: everything old goes, within its share, and a part that fails stops no other.
import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import worker from "../../worker/index.ts";
import { DAY_MS, DEFAULT_KEEP_DAYS, PRUNE_MS, PRUNE_ROWS } from "../../worker/limits.ts";
import { deleteOld } from "../../worker/operate/delete-old.ts";
import { retentionDays } from "../../worker/retention-days.ts";
import { recordRuns } from "../../worker/store/record-runs.ts";
import { auditRow, eventRow, flushBatch, logRow, NOW } from "../store/rows.ts";
import { countRows, db, emptyDatabase } from "../store/test-db.ts";

beforeEach(emptyDatabase);

const ago = (days: number): number => NOW - days * DAY_MS;

async function seed(logs: number, at: number): Promise<void> {
  await recordRuns(
    db,
    flushBatch({
      events: [eventRow({ receivedAt: at })],
      audit: [auditRow({ createdAt: at })],
      logs: Array.from({ length: logs }, (_, line) => logRow({ line, createdAt: at })),
    }),
  );
}

describe("deleteOld", () => {
  test("deletes each kind by its own age, in as many rounds as it takes", async () => {
    await seed(PRUNE_ROWS.rows + 1, ago(31));
    const deleted = await deleteOld({ ...env, AUDIT_KEEP_DAYS: "31.5" }, () => NOW);
    expect(deleted).toEqual({ logs: PRUNE_ROWS.rows + 1, events: 1, minute_rollups: 1 });
    expect(await deleteOld({ ...env, AUDIT_KEEP_DAYS: "30" }, () => NOW)).toEqual({ audit: 1 });
  });

  test("leaves what is young enough", async () => {
    await seed(2, ago(1));
    expect(await deleteOld(env, () => NOW)).toEqual({});
    expect(await countRows("logs")).toBe(2);
  });

  test("stops when its time is up, and goes on from there the next time", async () => {
    await seed(PRUNE_ROWS.rows * 2, ago(31));
    let at = NOW - PRUNE_MS;
    // The clock moves on by a third of the time with each look at it.
    await deleteOld(env, () => (at += PRUNE_MS / 3));
    expect(await countRows("logs")).toBe(PRUNE_ROWS.rows);
    await deleteOld(env, () => NOW);
    expect(await countRows("logs")).toBe(0);
  });

  test("one kind that cannot be deleted stops no other, and is said once a time", async () => {
    await seed(1, ago(31));
    const printed = vi.spyOn(console, "error").mockImplementation(() => {});
    await db.prepare("ALTER TABLE logs RENAME TO logs_away").run();
    const deleted = await deleteOld(env, () => NOW);
    await db.prepare("ALTER TABLE logs_away RENAME TO logs").run();
    expect(deleted).toMatchObject({ events: 1 });
    expect(printed).toHaveBeenCalledOnce();
    expect(printed.mock.calls[0]?.[0]).toContain('"what":"logs"');
    printed.mockRestore();
  });

  test("is what the schedule runs", async () => {
    await seed(1, Date.now() - 31 * DAY_MS);
    const ctx = createExecutionContext();
    await worker.scheduled(createScheduledController(), env);
    await waitOnExecutionContext(ctx);
    expect(await countRows("logs")).toBe(0);
    expect(await countRows("events")).toBe(0);
  });
});

describe("retentionDays", () => {
  test("are the defaults where nothing is set, or nothing that makes sense", () => {
    expect(retentionDays(env)).toEqual(DEFAULT_KEEP_DAYS);
    for (const text of ["", " ", "0", "-3", "ten", "1e9", "NaN", "Infinity"]) {
      expect(retentionDays({ ...env, EVENTS_KEEP_DAYS: text }).events).toBe(DEFAULT_KEEP_DAYS.events);
    }
    expect(retentionDays({ ...env, EVENTS_KEEP_DAYS: " 7 ", AUDIT_KEEP_DAYS: "0.5" })).toMatchObject({
      events: 7,
      audit: 0.5,
    });
  });

  test("dead letters stay as long as events at least; logs no longer than events, unless it is said", () => {
    expect(retentionDays({ ...env, EVENTS_KEEP_DAYS: "100" })).toMatchObject({ deadLetters: 100, logs: 30 });
    expect(retentionDays({ ...env, EVENTS_KEEP_DAYS: "7" })).toMatchObject({ deadLetters: 90, logs: 7 });
    expect(retentionDays({ ...env, EVENTS_KEEP_DAYS: "7", LOGS_KEEP_DAYS: "20" }).logs).toBe(20);
  });
});
