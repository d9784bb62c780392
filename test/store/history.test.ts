import { beforeAll, describe, expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../worker/limits.ts";
import { findByIds } from "../../worker/store/find-by-ids.ts";
import { countDeadLetters } from "../../worker/store/count-dead-letters.ts";
import { listAudit } from "../../worker/store/list-audit.ts";
import { listBuildErrors } from "../../worker/store/list-build-errors.ts";
import { listDeliveries } from "../../worker/store/list-deliveries.ts";
import { listDeliveryRuns } from "../../worker/store/list-delivery-runs.ts";
import { listEventDeliveries } from "../../worker/store/list-event-deliveries.ts";
import { listDeadLetters } from "../../worker/store/list-dead-letters.ts";
import { listEvents } from "../../worker/store/list-events.ts";
import { listKnownEvents } from "../../worker/store/list-known-events.ts";
import { listPauses } from "../../worker/store/list-pauses.ts";
import { listPluginLogs } from "../../worker/store/list-plugin-logs.ts";
import { listRollups, type RollupFilter } from "../../worker/store/list-rollups.ts";
import { listRunLogs } from "../../worker/store/list-run-logs.ts";
import { listRuns } from "../../worker/store/list-runs.ts";
import { listTotals } from "../../worker/store/list-totals.ts";
import { recordBuildFailure } from "../../worker/store/record-build-failure.ts";
import { recordRuns } from "../../worker/store/record-runs.ts";
import { events, runs } from "../../worker/store/history-schema.ts";
import { auditRow, deliveryRow, eventRow, flushBatch, logRow, NOW, runRow } from "./rows.ts";
import { db, emptyDatabase } from "./test-db.ts";

const PAGE = { first: 100, skip: 0 };
const ids = (rows: readonly { id: string }[]) => rows.map((row) => row.id);

beforeAll(async () => {
  await emptyDatabase();
  await recordRuns(
    db,
    flushBatch({
      events: [1, 2, 3].map((n) =>
        eventRow({ id: `e${n}`, projectId: n === 3 ? "other" : "demo", receivedAt: NOW + n }),
      ),
      deliveries: [
        deliveryRow({ id: "d1", eventId: "e1", pluginName: "b", createdAt: NOW + 1 }),
        deliveryRow({ id: "d2", eventId: "e1", pluginName: "a", state: "dead", createdAt: NOW + 1 }),
        deliveryRow({ id: "d3", eventId: "e2", pluginName: "a", state: "pending", createdAt: NOW + 2 }),
        deliveryRow({ id: "d4", eventId: "e3", pluginName: "a", projectId: "other", createdAt: NOW + 3 }),
      ],
      runs: [
        runRow({ id: "r2", deliveryId: "d1", attempt: 2, startedAt: NOW + 20 }),
        runRow({
          id: "r1",
          deliveryId: "d1",
          attempt: 1,
          outcomeType: "timeout",
          outcome: { type: "timeout", limitMs: 5 },
        }),
        runRow({ id: "r3", deliveryId: "d2", pluginName: "other", projectId: "other", startedAt: NOW + 30 }),
      ],
      logs: [
        ...[0, 1, 2, 3].map((line) => logRow({ runId: "r1", line, content: `r1-${line}`, createdAt: NOW + 6 })),
        logRow({ runId: "r2", content: "r2-0", createdAt: NOW + 7 }),
        logRow({ runId: "r3", projectId: "other", content: "elsewhere" }),
      ],
      audit: [auditRow({ id: "a1" }), auditRow({ id: "a2", pluginName: null, createdAt: NOW + 9 })],
    }),
  );
});

describe("lists are newest first and filtered", () => {
  test("listEvents", async () => {
    expect(ids(await listEvents(db, null, PAGE))).toEqual(["e3", "e2", "e1"]);
    expect(ids(await listEvents(db, "demo", PAGE))).toEqual(["e2", "e1"]);
    expect(ids(await listEvents(db, null, { first: 1, skip: 1 }))).toEqual(["e2"]);
  });

  test("listDeliveries", async () => {
    const none = { eventId: null, pluginName: null, projectId: null, state: null };
    expect(ids(await listDeliveries(db, { ...none, eventId: "e1" }, PAGE))).toEqual(["d2", "d1"]);
    expect(ids(await listDeliveries(db, { ...none, pluginName: "a" }, PAGE))).toEqual(["d4", "d3", "d2"]);
    expect(ids(await listDeliveries(db, { ...none, pluginName: "a", projectId: "demo" }, PAGE))).toEqual(["d3", "d2"]);
    expect(ids(await listDeliveries(db, { ...none, state: "dead" }, PAGE))).toEqual(["d2"]);
    expect(ids(await listDeliveries(db, { ...none, projectId: "demo", state: "done" }, PAGE))).toEqual(["d1"]);
  });

  test("listRuns", async () => {
    const none = { deliveryId: null, pluginName: null, projectId: null, outcome: null };
    expect(ids(await listRuns(db, none, PAGE))).toEqual(["r3", "r2", "r1"]);
    expect(ids(await listRuns(db, { ...none, deliveryId: "d1" }, PAGE))).toEqual(["r2", "r1"]);
    expect(ids(await listRuns(db, { ...none, outcome: "timeout" }, PAGE))).toEqual(["r1"]);
    expect(ids(await listRuns(db, { ...none, pluginName: "bbox-count", projectId: "demo" }, PAGE))).toEqual([
      "r2",
      "r1",
    ]);
  });

  test("listPluginLogs: later line first within one millisecond", async () => {
    const filter = { pluginName: "bbox-count", projectId: "demo", since: 0 };
    const content = async (since: number, page = PAGE) =>
      (await listPluginLogs(db, { ...filter, since }, page)).map((line) => line.content);
    expect(await content(0)).toEqual(["r2-0", "r1-3", "r1-2", "r1-1", "r1-0"]);
    expect(await content(NOW + 7)).toEqual(["r2-0"]);
    expect(await content(0, { first: 2, skip: 1 })).toEqual(["r1-3", "r1-2"]);
  });

  test("listAudit", async () => {
    expect(ids(await listAudit(db, null, PAGE))).toEqual(["a2", "a1"]);
    expect(ids(await listAudit(db, "bbox-count", PAGE))).toEqual(["a1"]);
  });

  test("listBuildErrors: the newest build first, each in its own order", async () => {
    const problem = (message: string) => ({ file: "main.ts", line: null, column: null, message, frame: null });
    await recordBuildFailure(db, { name: "broken", problems: [problem("1"), problem("2")], now: NOW });
    await recordBuildFailure(db, { name: "broken", problems: [problem("3"), problem("4")], now: NOW + 1 });
    const messages = async (since: number) =>
      (await listBuildErrors(db, { pluginName: "broken", since }, PAGE)).map((row) => row.message);
    expect(await messages(0)).toEqual(["3", "4", "1", "2"]);
    expect(await messages(NOW + 1)).toEqual(["3", "4"]);
  });
});

describe("nested lists take many parents and page each", () => {
  test("listEventDeliveries", async () => {
    expect(ids(await listEventDeliveries(db, ["e1", "e2"], PAGE))).toEqual(["d2", "d1", "d3"]);
    expect(ids(await listEventDeliveries(db, ["e1", "e2"], { first: 1, skip: 0 }))).toEqual(["d2", "d3"]);
    expect(ids(await listEventDeliveries(db, ["e1", "e2"], { first: 1, skip: 1 }))).toEqual(["d1"]);
  });

  test("listDeliveryRuns, with outcomes as values", async () => {
    const rows = await listDeliveryRuns(db, ["d1", "d2"], PAGE);
    expect(ids(rows)).toEqual(["r1", "r2", "r3"]);
    expect(rows[0]?.outcome).toEqual({ type: "timeout", limitMs: 5 });
    expect(ids(await listDeliveryRuns(db, ["d1"], { first: 1, skip: 1 }))).toEqual(["r2"]);
  });

  test("listRunLogs", async () => {
    const page = { first: 2, skip: 1 };
    expect((await listRunLogs(db, ["r1", "r2"], page)).map((line) => line.content)).toEqual(["r1-1", "r1-2"]);
  });

  test("findByIds takes more ids than a statement takes parameters", async () => {
    const many = Array.from({ length: 300 }, (_, index) => `e${index}`);
    expect([...(await findByIds(db, events, many)).keys()].sort()).toEqual(["e1", "e2", "e3"]);
    expect((await findByIds(db, runs, ["r1"])).get("r1")?.dryRun).toBe(false);
  });
});

describe("indexes", () => {
  // A list that sorts or scans its table costs more with each event that was ever recorded.
  const anyRun = { deliveryId: null, pluginName: null, projectId: null, outcome: null };
  const anyDeadLetter = {
    ...{ ids: null, pluginName: null, projectId: null, outcome: null, reason: null },
    ...{ since: null, until: null, text: "x" },
  };
  const anyDelivery = { eventId: null, pluginName: null, projectId: null, state: null };
  const lastHour: RollupFilter = {
    ...{ grainMs: MINUTE_MS, since: NOW, until: NOW + HOUR_MS, kind: "run", projectId: null, pluginName: null },
  };
  const lists: [name: string, index: string, run: () => Promise<unknown>][] = [
    ["listEvents of all", "events_by_time", () => listEvents(spy, null, PAGE)],
    ["listEvents of a project", "events_by_project", () => listEvents(spy, "demo", PAGE)],
    ["listRuns of all", "runs_by_time", () => listRuns(spy, anyRun, PAGE)],
    ["listRuns of a plugin", "runs_by_plugin", () => listRuns(spy, { ...anyRun, pluginName: "a" }, PAGE)],
    ["listRuns of a project", "runs_by_project", () => listRuns(spy, { ...anyRun, projectId: "p" }, PAGE)],
    ["listRuns of a delivery", "runs_by_delivery", () => listRuns(spy, { ...anyRun, deliveryId: "d" }, PAGE)],
    ["listDeliveries dead", "deliveries_not_done", () => listDeliveries(spy, { ...anyDelivery, state: "dead" }, PAGE)],
    [
      "listDeliveries of a plugin",
      "deliveries_by_plugin",
      () => listDeliveries(spy, { ...anyDelivery, pluginName: "a" }, PAGE),
    ],
    [
      "listDeliveries of a project",
      "deliveries_by_project",
      () => listDeliveries(spy, { ...anyDelivery, projectId: "p" }, PAGE),
    ],
    [
      "listDeliveries of an event",
      "deliveries_by_event",
      () => listDeliveries(spy, { ...anyDelivery, eventId: "e" }, PAGE),
    ],
    [
      "listPluginLogs",
      "logs_by_plugin",
      () => listPluginLogs(spy, { pluginName: "a", projectId: "p", since: 0 }, PAGE),
    ],
    ["listBuildErrors", "build_errors_by_plugin", () => listBuildErrors(spy, { pluginName: "a", since: 0 }, PAGE)],
    ["listAudit of all", "audit_by_time", () => listAudit(spy, null, PAGE)],
    ["listAudit of a plugin", "audit_by_plugin", () => listAudit(spy, "a", PAGE)],
    ["listRunLogs", "logs_by_run", () => listRunLogs(spy, ["a"], PAGE)],
    ["listDeliveryRuns", "runs_by_delivery", () => listDeliveryRuns(spy, ["a"], PAGE)],
    ["listEventDeliveries", "deliveries_by_event", () => listEventDeliveries(spy, ["a"], PAGE)],
    ["listDeadLetters", "dead_letters", () => listDeadLetters(spy, anyDeadLetter, PAGE)],
    ["countDeadLetters", "dead_letters", () => countDeadLetters(spy, anyDeadLetter)],
    ["listPauses", "sqlite_autoindex_pauses_1", () => listPauses(spy, { pluginNames: ["a"], projectId: "p" }, PAGE)],
    [
      "listKnownEvents",
      "events_by_project",
      () => listKnownEvents(spy, { projectId: "p", types: ["a"], from: 0, to: 1 }),
    ],
    ["listRollups", "sqlite_autoindex_rollups_1", () => listRollups(spy, lastHour, "plugin")],
    ["listTotals", "sqlite_autoindex_rollups_1", () => listTotals(spy)],
  ];
  let seen: { sql: string; parameters: unknown[] } | null = null;
  const spy = new Proxy(db, {
    get: (target, key): unknown =>
      key === "prepare"
        ? (sql: string) => {
            const statement = target.prepare(sql);
            const bind = statement.bind.bind(statement);
            statement.bind = (...parameters: unknown[]) => {
              seen = { sql, parameters };
              return bind(...parameters);
            };
            return statement;
          }
        : Reflect.get(target, key),
  });

  test.each(lists)("%s reads its table through %s", async (_name, index, run) => {
    seen = null;
    await run();
    const { sql, parameters } = seen ?? { sql: "", parameters: [] };
    const plan = await db
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .bind(...parameters)
      .all<{ detail: string }>();
    const details = plan.results.map((row) => row.detail);
    expect(details.filter((detail) => /^SCAN (?!ranked|json_each|\(subquery)(?!.*USING)/.test(detail))).toEqual([]);
    expect(details.join("\n")).toMatch(new RegExp(`INDEX ${index}\\b`));
  });
});
