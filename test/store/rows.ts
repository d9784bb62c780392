// Rows and artifacts for tests, complete with defaults; a test says only what it is about.
import * as v from "valibot";
import { ARTIFACT_FORMAT, type Artifact } from "../../schemas/artifact.ts";
import { ManifestSchema, type Manifest } from "../../schemas/manifest.ts";
import type { AuditRow, DeliveryRow, EventRow, FlushBatch, LogRow, RunRow } from "../../worker/store/flush-batch.ts";

/** 2026-11-01T10:00:00.000Z, when all of it happens. */
export const NOW = Date.UTC(2026, 10, 1, 10);

export function manifest(overrides: Partial<v.InferInput<typeof ManifestSchema>> = {}): Manifest {
  return v.parse(ManifestSchema, {
    manifest_version: 1,
    name: "bbox-count",
    version: "1.0.0",
    main: "main.ts",
    events: ["onSubmit"],
    ...overrides,
  });
}

export function artifact(overrides: Partial<Artifact> = {}): Artifact {
  return {
    format: ARTIFACT_FORMAT,
    hash: "a".repeat(64),
    manifest: manifest(),
    handlers: ["onSubmit"],
    code: "export default class {}",
    sourceMap: "{}",
    ...overrides,
  };
}

export function eventRow(overrides: Partial<EventRow> = {}): EventRow {
  return {
    id: "event-1",
    projectId: "demo",
    type: "onSubmit",
    kiliRunId: "kili-run-1",
    assetId: "asset-1",
    labelId: "label-1",
    payloadBytes: 1234,
    deliveryCount: 1,
    receivedAt: NOW,
    ...overrides,
  };
}

export function deliveryRow(overrides: Partial<DeliveryRow> = {}): DeliveryRow {
  return {
    id: "delivery-1",
    eventId: "event-1",
    projectId: "demo",
    pluginName: "bbox-count",
    versionId: "version-1",
    state: "done",
    attempts: 1,
    lastOutcome: "ok",
    nextAttemptAt: null,
    deadReason: null,
    settled: null,
    replayOf: null,
    createdAt: NOW,
    updatedAt: NOW + 10,
    ...overrides,
  };
}

export function runRow(overrides: Partial<RunRow> = {}): RunRow {
  return {
    id: "run-1",
    deliveryId: "delivery-1",
    eventId: "event-1",
    projectId: "demo",
    pluginName: "bbox-count",
    versionId: "version-1",
    attempt: 1,
    outcomeType: "ok",
    outcome: { type: "ok", result: null },
    startedAt: NOW + 5,
    wallMs: 4,
    cpuMs: null,
    nextAttemptAt: null,
    calls: [],
    dryRun: false,
    mode: "live",
    coldStart: false,
    ...overrides,
  };
}

export function logRow(overrides: Partial<LogRow> = {}): LogRow {
  return {
    runId: "run-1",
    line: 0,
    pluginName: "bbox-count",
    projectId: "demo",
    assetId: "asset-1",
    labelId: "label-1",
    logType: "info",
    content: "two boxes too many",
    createdAt: NOW + 6,
    ...overrides,
  };
}

export function auditRow(overrides: Partial<AuditRow> = {}): AuditRow {
  return {
    id: "run-1:0",
    actor: "plugin:bbox-count",
    action: "refused",
    pluginName: "bbox-count",
    projectId: "demo",
    runId: "run-1",
    detail: 'net "evil.example:443"',
    createdAt: NOW + 7,
    ...overrides,
  };
}

export function flushBatch(overrides: Partial<FlushBatch> = {}): FlushBatch {
  return { events: [], deliveries: [], runs: [], logs: [], audit: [], pauses: [], settled: [], ...overrides };
}
