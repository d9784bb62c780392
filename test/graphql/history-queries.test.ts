import { beforeAll, describe, expect, test } from "vitest";
import { makeCurrent } from "../../worker/store/make-current.ts";
import { recordRuns } from "../../worker/store/record-runs.ts";
import { recordVersion } from "../../worker/store/record-version.ts";
import { artifact, auditRow, deliveryRow, eventRow, flushBatch, logRow, manifest, NOW, runRow } from "../store/rows.ts";
import { db, emptyDatabase } from "../store/test-db.ts";
import { ask, askData, objectWith } from "./graphql-host.ts";

beforeAll(async () => {
  await emptyDatabase();
  const built = artifact({
    manifest: manifest({
      projects: ["demo"],
      events: ["onSubmit", "labels.*"],
      limits: { cpu_ms: 60_000, timeout_ms: 5_000 },
    }),
  });
  const { versionId, pluginId } = await recordVersion(db, { artifact: built, now: NOW });
  await makeCurrent(db, { pluginId, versionId, projects: ["demo"], now: NOW });
  const thrown = { type: "threw", name: "TypeError", message: "no label", stack: "at main.ts:3:7" } as const;
  const call = {
    kind: "kili",
    target: "createIssues",
    result: "dry_run",
    startedAt: NOW,
    ms: 1.5,
    detail: "{}",
  } as const;
  await recordRuns(
    db,
    flushBatch({
      events: [eventRow({ deliveryCount: 2 }), eventRow({ id: "event-2", receivedAt: NOW + 1, deliveryCount: 0 })],
      deliveries: [
        deliveryRow({ versionId, attempts: 2, state: "dead", lastOutcome: "cpu_limit" }),
        deliveryRow({ id: "delivery-2", pluginName: "another", versionId, state: "pending", nextAttemptAt: NOW + 99 }),
      ],
      runs: [
        runRow({ versionId, outcomeType: "threw", outcome: thrown, calls: [call], dryRun: true, cpuMs: 2.25 }),
        runRow({
          id: "run-2",
          attempt: 2,
          versionId,
          startedAt: NOW + 50,
          outcomeType: "cpu_limit",
          outcome: { type: "cpu_limit", limitMs: 1000, where: { file: "main.ts", line: 9, column: 2 } },
        }),
      ],
      logs: [0, 1, 2].map((line) => logRow({ line, content: `line ${line}` })),
      audit: [auditRow()],
    }),
  );
});

test("event: what a sender polls", async () => {
  const query = `query ($id: ID!) {
    data: event(id: $id) {
      type projectId kiliRunId assetId labelId payloadBytes receivedAt deliveryCount
      deliveries(first: 20) {
        pluginName state attempts lastOutcome nextAttemptAt
        runs(first: 5) {
          attempt wallMs cpuMs dryRun startedAt
          outcome { type message name stack where { file line column } limit result }
          calls { kind target result startedAt ms detail }
          logs(first: 2, skip: 1) { line logType content createdAt }
        }
      }
    }
  }`;
  expect(await askData(query, { id: "event-1" })).toEqual({
    type: "onSubmit",
    projectId: "demo",
    kiliRunId: "kili-run-1",
    assetId: "asset-1",
    labelId: "label-1",
    payloadBytes: 1234,
    receivedAt: "2026-11-01T10:00:00.000Z",
    deliveryCount: 2,
    deliveries: [
      {
        pluginName: "another",
        state: "pending",
        attempts: 1,
        lastOutcome: "ok",
        nextAttemptAt: "2026-11-01T10:00:00.099Z",
        runs: [],
      },
      {
        pluginName: "bbox-count",
        state: "dead",
        attempts: 2,
        lastOutcome: "cpu_limit",
        nextAttemptAt: null,
        runs: [
          {
            attempt: 1,
            wallMs: 4,
            cpuMs: 2.25,
            dryRun: true,
            startedAt: "2026-11-01T10:00:00.005Z",
            outcome: {
              type: "threw",
              message: "TypeError: no label",
              name: "TypeError",
              stack: "at main.ts:3:7",
              where: null,
              limit: null,
              result: null,
            },
            calls: [
              {
                kind: "kili",
                target: "createIssues",
                result: "dry_run",
                startedAt: "2026-11-01T10:00:00.000Z",
                ms: 1.5,
                detail: "{}",
              },
            ],
            logs: [
              { line: 1, logType: "info", content: "line 1", createdAt: "2026-11-01T10:00:00.006Z" },
              { line: 2, logType: "info", content: "line 2", createdAt: "2026-11-01T10:00:00.006Z" },
            ],
          },
          {
            attempt: 2,
            wallMs: 4,
            cpuMs: null,
            dryRun: false,
            startedAt: "2026-11-01T10:00:00.050Z",
            outcome: {
              type: "cpu_limit",
              message: "Used more than 1000 ms of CPU time, at main.ts:9:2",
              name: null,
              stack: null,
              where: { file: "main.ts", line: 9, column: 2 },
              limit: 1000,
              result: null,
            },
            calls: [],
            logs: [],
          },
        ],
      },
    ],
  });
  expect(await askData(query, { id: "unknown" })).toBeNull();
});

test("events, deliveries, runs and audit, newest first", async () => {
  expect(await askData(`{ data: events(projectId: "demo") { id } }`)).toEqual([{ id: "event-2" }, { id: "event-1" }]);
  expect(await askData(`{ data: events(first: 1, skip: 1) { id } }`)).toEqual([{ id: "event-1" }]);
  expect(await askData(`{ data: deliveries(where: {state: dead}) { id } }`)).toEqual([{ id: "delivery-1" }]);
  expect(await askData(`{ data: deliveries(where: {eventId: "event-1", pluginName: "another"}) { id } }`)).toEqual([
    { id: "delivery-2" },
  ]);
  expect(await askData(`{ data: runs { id } }`)).toEqual([{ id: "run-2" }, { id: "run-1" }]);
  expect(await askData(`{ data: runs(where: {outcome: threw, projectId: "demo"}) { id } }`)).toEqual([{ id: "run-1" }]);
  expect(await askData(`{ data: audit(pluginName: "bbox-count") { action actor detail runId } }`)).toEqual([
    { action: "refused", actor: "plugin:bbox-count", detail: 'net "evil.example:443"', runId: "run-1" },
    { action: "registered", actor: "deploy", detail: "1.0.0 (aaaaaaaaaaaa)", runId: null },
  ]);
});

test("deliveries without a selective filter are refused", async () => {
  for (const where of ["{}", "{state: done}"]) {
    const answer = await ask(`{ deliveries(where: ${where}) { id } }`);
    expect(answer.errors?.[0]?.extensions).toEqual({ code: "BAD_USER_INPUT" });
  }
});

test("one delivery and one run, and the ways back up", async () => {
  expect(await askData(`{ data: delivery(id: "delivery-1") { event { id } runs { id } } }`)).toEqual({
    event: { id: "event-1" },
    runs: [{ id: "run-1" }, { id: "run-2" }],
  });
  expect(await askData(`{ data: run(id: "run-2") { delivery { event { id } } version { version hash } } }`)).toEqual({
    delivery: { event: { id: "event-1" } },
    version: { version: "1.0.0", hash: "a".repeat(64) },
  });
});

describe("plugin", () => {
  test("with everything about it", async () => {
    const query = `{ data: plugin(name: "bbox-count") {
      status handlerTypes manifest
      currentVersion { version handlers createdAt }
      versions { hash }
      activations { projectId active updatedAt }
    } }`;
    expect(await askData(query)).toEqual({
      status: "ACTIVE",
      handlerTypes: ["onSubmit"],
      manifest: objectWith({ name: "bbox-count", events: ["onSubmit", "labels.*"] }),
      currentVersion: { version: "1.0.0", handlers: ["onSubmit"], createdAt: "2026-11-01T10:00:00.000Z" },
      versions: [{ hash: "a".repeat(64) }],
      activations: [{ projectId: "demo", active: true, updatedAt: "2026-11-01T10:00:00.000Z" }],
    });
    expect(await askData(`{ data: plugin(name: "nobody") { id } }`)).toBeNull();
  });

  test.each([
    ["production", "platform"],
    ["development", "not_enforced_here"],
  ])("limits say who enforces them, in %s", async (ENVIRONMENT, memory) => {
    const query = `{ plugin(name: "bbox-count") { limits { name unit declared effective enforcer } } }`;
    expect((await ask(query, {}, { ENVIRONMENT })).data).toEqual({
      plugin: {
        limits: [
          { name: "cpu_ms", unit: "ms", declared: 60_000, effective: 30_000, enforcer: "meter" },
          { name: "timeout_ms", unit: "ms", declared: 5_000, effective: 5_000, enforcer: "host" },
          { name: "subrequests", unit: "calls", declared: 50, effective: 50, enforcer: "host" },
          { name: "log_lines", unit: "lines", declared: 1_000, effective: 1_000, enforcer: "host" },
          { name: "result_bytes", unit: "bytes", declared: null, effective: 65_536, enforcer: "host" },
          { name: "memory_mb", unit: "MB", declared: null, effective: 128, enforcer: memory },
        ],
      },
    });
  });
});

test("nested lists cost one statement per level, however many parents there are", async () => {
  const many = Array.from({ length: 30 }, (_, index) => `many-${index}`);
  await recordRuns(
    db,
    flushBatch({
      events: many.map((id) => eventRow({ id, projectId: "many" })),
      deliveries: many.map((id) => deliveryRow({ id, eventId: id, projectId: "many" })),
      runs: many.map((id) => runRow({ id, deliveryId: id, eventId: id, projectId: "many" })),
      logs: many.map((runId) => logRow({ runId, projectId: "many" })),
    }),
  );
  let statements = 0;
  const counting = new Proxy(db, {
    get: (target, key): unknown => {
      if (key !== "prepare") return Reflect.get(target, key);
      return (sql: string) => {
        statements++;
        return target.prepare(sql);
      };
    },
  });
  const query = `{ events(projectId: "many", first: 30) {
    deliveries(first: 3) { runs(first: 3) { delivery { id } logs(first: 3) { content } } }
  } }`;
  const answer = await ask(query, {}, { DB: counting });
  expect(answer.errors).toBeUndefined();
  expect(answer.data?.["events"]).toHaveLength(30);
  expect(statements).toBe(5);
});
