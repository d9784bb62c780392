// Deleting what is old: it goes, what is young or undecided stays, and no statement reads a whole table.
import { beforeEach, describe, expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../worker/limits.ts";
import { archivePlugin } from "../../worker/store/archive-plugin.ts";
import { createUpload } from "../../worker/store/create-upload.ts";
import { makeCurrent } from "../../worker/store/make-current.ts";
import { pruneDeletedPlugins } from "../../worker/store/prune-deleted-plugins.ts";
import { pruneEvents } from "../../worker/store/prune-events.ts";
import { pruneRows } from "../../worker/store/prune-rows.ts";
import { pruneUploads } from "../../worker/store/prune-uploads.ts";
import { recordBuildFailure } from "../../worker/store/record-build-failure.ts";
import { recordRuns } from "../../worker/store/record-runs.ts";
import { recordVersion } from "../../worker/store/record-version.ts";
import { artifact, auditRow, deliveryRow, eventRow, flushBatch, logRow, manifest, NOW, runRow } from "./rows.ts";
import { countRows, db, emptyDatabase } from "./test-db.ts";

beforeEach(emptyDatabase);

const OLD = NOW - 1_000;

async function column(query: string): Promise<unknown[]> {
  const { results } = await db.prepare(query).all<{ v: unknown }>();
  return results.map(({ v }) => v);
}

/** One event with a delivery and a run, all from `at`. */
function story(id: string, at: number, delivery: Partial<ReturnType<typeof deliveryRow>> = {}) {
  return {
    events: [eventRow({ id, receivedAt: at })],
    deliveries: [deliveryRow({ id: `d-${id}`, eventId: id, createdAt: at, updatedAt: at, ...delivery })],
    runs: [runRow({ id: `r-${id}`, deliveryId: `d-${id}`, eventId: id, startedAt: at })],
  };
}

async function record(...stories: ReturnType<typeof story>[]): Promise<void> {
  await recordRuns(
    db,
    flushBatch({
      events: stories.flatMap(({ events }) => events),
      deliveries: stories.flatMap(({ deliveries }) => deliveries),
      runs: stories.flatMap(({ runs }) => runs),
    }),
  );
}

describe("pruneEvents", () => {
  const prune = (most = 100, deadBefore = 0): Promise<number> => pruneEvents(db, { before: NOW, deadBefore }, most);
  const left = async () => [
    await column("SELECT id AS v FROM events ORDER BY id"),
    await column("SELECT id AS v FROM deliveries ORDER BY id"),
    await column("SELECT id AS v FROM runs ORDER BY id"),
  ];

  test("takes old events with their deliveries and runs, and leaves the young", async () => {
    await record(story("old", OLD), story("young", NOW));
    expect(await prune()).toBe(1);
    expect(await left()).toEqual([["young"], ["d-young"], ["r-young"]]);
    expect(await prune()).toBe(0);
  });

  test("takes events that no plugin asked for", async () => {
    await recordRuns(db, flushBatch({ events: [eventRow({ id: "alone", receivedAt: OLD, deliveryCount: 0 })] }));
    expect(await prune()).toBe(1);
  });

  test.each([
    ["is pending", { state: "pending" }],
    ["is dead and undecided", { state: "dead" }],
    ["ended lately", { updatedAt: NOW }],
  ] as const)("leaves an old event of which a delivery %s", async (_, delivery) => {
    await record(story("kept", OLD, delivery), story("gone", OLD));
    expect(await prune()).toBe(1);
    expect(await left()).toEqual([["kept"], ["d-kept"], ["r-kept"]]);
  });

  test("takes dead letters that were decided on, or are past their own age", async () => {
    await record(story("decided", OLD, { state: "dead", settled: "discarded" }));
    expect(await prune()).toBe(1);
    await record(story("undecided", OLD, { state: "dead" }));
    expect(await prune(100, OLD)).toBe(0);
    expect(await prune(100, OLD + 1)).toBe(1);
  });

  test("takes no more than it is told, the oldest first", async () => {
    await record(story("b", OLD + 1), story("a", OLD), story("c", OLD + 2));
    expect(await prune(2)).toBe(2);
    expect((await left())[0]).toEqual(["c"]);
  });
});

describe("pruneRows", () => {
  test("logs: old lines, a few at a time, also behind a young one that was written first", async () => {
    const lines = [NOW, OLD, OLD, OLD].map((createdAt, line) => logRow({ line, createdAt, content: String(line) }));
    await recordRuns(db, flushBatch({ logs: lines }));
    expect(await pruneRows(db, "logs", NOW, 3)).toBe(2);
    expect(await pruneRows(db, "logs", NOW, 3)).toBe(1);
    expect(await column("SELECT content AS v FROM logs")).toEqual(["0"]);
  });

  test("audit", async () => {
    const rows = [OLD, OLD + 1, NOW].map((createdAt) => auditRow({ id: `a${createdAt}`, createdAt }));
    await recordRuns(db, flushBatch({ audit: rows }));
    expect(await pruneRows(db, "audit", NOW, 1)).toBe(1);
    expect(await column("SELECT created_at AS v FROM audit ORDER BY 1")).toEqual([OLD + 1, NOW]);
  });

  test("sums: each grain by itself, and never those for all time", async () => {
    const events = [NOW - 2 * HOUR_MS, NOW].map((receivedAt) => eventRow({ id: `e${receivedAt}`, receivedAt }));
    await recordRuns(db, flushBatch({ events }));
    expect(await countRows("rollups")).toBe(5);
    expect(await pruneRows(db, "minute_rollups", NOW, 100)).toBe(1);
    expect(await column("SELECT grain_ms AS v FROM rollups ORDER BY 1")).toEqual([0, MINUTE_MS, HOUR_MS, HOUR_MS]);
    expect(await pruneRows(db, "hour_rollups", NOW, 100)).toBe(1);
    expect(await pruneRows(db, "minute_rollups", NOW + HOUR_MS, 100)).toBe(1);
    expect(await column("SELECT grain_ms AS v FROM rollups ORDER BY 1")).toEqual([0, HOUR_MS]);
  });

  test("build errors: all but what the newest build of a failed plugin complains of", async () => {
    const fail = (name: string, message: string, now: number) =>
      recordBuildFailure(db, { name, problems: [{ file: "main.ts", line: 1, column: 1, message, frame: null }], now });
    await fail("broken", "first", OLD);
    await fail("broken", "last", OLD + 1);
    await fail("mended", "before", OLD);
    await fail("young", "now", NOW);
    await db.prepare("UPDATE plugins SET status = 'ACTIVE' WHERE name = 'mended'").run();
    expect(await pruneRows(db, "build_errors", NOW, 100)).toBe(2);
    expect(await column("SELECT message AS v FROM build_errors ORDER BY id")).toEqual(["last", "now"]);
  });
});

describe("pruneDeletedPlugins", () => {
  async function install(name: string, hash: string): Promise<string> {
    const version = await recordVersion(db, { artifact: artifact({ hash, manifest: manifest({ name }) }), now: OLD });
    await makeCurrent(db, { ...version, projects: ["demo"], now: OLD });
    return version.pluginId;
  }

  test("removes what was deleted long ago, with code that is nobody else's", async () => {
    const [gone, late] = [await install("gone", "a".repeat(64)), await install("late", "b".repeat(64))];
    await install("kept", "c".repeat(64));
    const twin = await install("twin", "d".repeat(64));
    await archivePlugin(db, { pluginId: gone, now: OLD, actor: "key:a" });
    await archivePlugin(db, { pluginId: late, now: NOW, actor: "key:a" });
    await archivePlugin(db, { pluginId: twin, now: OLD, actor: "key:a" });
    await install("twin", "d".repeat(64));
    expect(await pruneDeletedPlugins(db, NOW, 10)).toBe(2);
    expect(await column("SELECT name AS v FROM plugins ORDER BY name")).toEqual(["kept", "late", "twin"]);
    expect(await column("SELECT DISTINCT substr(hash, 1, 1) AS v FROM versions ORDER BY 1")).toEqual(["b", "c", "d"]);
    expect(await column("SELECT DISTINCT substr(hash, 1, 1) AS v FROM artifact_chunks ORDER BY 1")).toEqual([
      "b",
      "c",
      "d",
    ]);
    expect(await pruneDeletedPlugins(db, NOW, 10)).toBe(0);
  });
});

describe("pruneUploads", () => {
  const upload = async (id: string, pluginName: string, receivedAt: number | null, expiresAt = OLD): Promise<void> => {
    await createUpload(db, { id, pluginName, actor: "key:a", createdAt: OLD, expiresAt });
    await db.prepare("UPDATE uploads SET received_at = ?2 WHERE id = ?1").bind(id, receivedAt).run();
    if (receivedAt === null) return;
    await db.prepare("INSERT INTO archive_chunks (upload_id, position, content) VALUES (?1, 0, x'00')").bind(id).run();
  };

  test("removes used and unused URLs with their archives, but for the archive a plugin can be built from anew", async () => {
    await recordVersion(db, { artifact: artifact({ manifest: manifest({ name: "there" }) }), now: OLD });
    await upload("before", "there", OLD - 2);
    await upload("last", "there", OLD - 1);
    await upload("nobodys", "never-made", OLD);
    await upload("open", "there", null, NOW);
    await upload("unused", "there", null);
    expect(await pruneUploads(db, NOW, 10)).toBe(3);
    expect(await column("SELECT id AS v FROM uploads ORDER BY id")).toEqual(["last", "open"]);
    expect(await column("SELECT upload_id AS v FROM archive_chunks")).toEqual(["last"]);
  });
});

test("no statement reads a whole table of the history", async () => {
  // Enough for every branch to run: plans are made of the statements as they are.
  await record(story("old", OLD));
  const plugin = await recordVersion(db, { artifact: artifact(), now: OLD });
  await archivePlugin(db, { pluginId: plugin.pluginId, now: OLD, actor: "key:a" });
  await createUpload(db, {
    ...{ id: "u", pluginName: "x", actor: "key:a", createdAt: OLD, expiresAt: OLD },
  });
  const seen: { sql: string; parameters: unknown[] }[] = [];
  const spy = new Proxy(db, {
    get(target, key): unknown {
      if (key === "batch") return target.batch.bind(target);
      if (key !== "prepare") return Reflect.get(target, key);
      return (sql: string) => {
        const statement = target.prepare(sql);
        const bind = statement.bind.bind(statement);
        statement.bind = (...parameters: unknown[]) => {
          seen.push({ sql, parameters });
          return bind(...parameters);
        };
        return statement;
      };
    },
  });
  await pruneEvents(spy, { before: NOW, deadBefore: NOW }, 10);
  for (const table of ["audit", "build_errors", "logs", "minute_rollups", "hour_rollups"] as const) {
    await pruneRows(spy, table, NOW, 10);
  }
  await pruneDeletedPlugins(spy, NOW, 10);
  await pruneUploads(spy, NOW, 10);
  expect(seen.length).toBe(18);
  const scans: string[] = [];
  for (const { sql, parameters } of seen) {
    const plan = await db
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .bind(...parameters)
      .all<{ detail: string }>();
    scans.push(...plan.results.map(({ detail }) => detail).filter((detail) => /^SCAN (?!json_each)/.test(detail)));
  }
  // Logs are taken from the front by their number; versions are few, and so is what was deleted of them.
  expect(scans.filter((detail) => detail !== "SCAN logs" && !/^SCAN versions\b/.test(detail))).toEqual([]);
});
