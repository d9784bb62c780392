// What one finished attempt leaves for the history, in the history's own rows.
import type { ActivePlugin } from "../../schemas/active-plugin.ts";
import type { RunReport } from "../../schemas/run.ts";
import type { AuditRow, DeliveryRow, FlushBatch, LogRow, RunRow } from "../store/flush-batch.ts";
import type { ClaimedDelivery } from "./claimed-delivery.ts";
import type { NextStep } from "./journal.ts";

/** Pauses and settlements come alone, and seldom. */
export type FinishedRows = Pick<FlushBatch, "audit" | "deliveries" | "logs" | "runs"> &
  Partial<Pick<FlushBatch, "pauses" | "settled">>;

export interface Attempt {
  readonly runId: string;
  readonly projectId: string;
  readonly delivery: ClaimedDelivery;
  readonly pluginName: ActivePlugin["name"];
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** The rows of an attempt, its log lines and refusals, and where its delivery stands now. */
export function toFinishedRows(attempt: Attempt, report: RunReport, next: NextStep): FinishedRows {
  const { runId, projectId, delivery, pluginName, startedAt, endedAt } = attempt;
  const versionId = report.versionId ?? delivery.versionId;
  const run: RunRow = {
    id: runId,
    deliveryId: delivery.id,
    eventId: delivery.facts.id,
    projectId,
    pluginName,
    versionId,
    attempt: delivery.attempt,
    outcomeType: report.outcome.type,
    outcome: report.outcome,
    startedAt,
    wallMs: report.wallMs,
    cpuMs: report.cpuMs,
    nextAttemptAt: next.type === "again" ? next.at : null,
    calls: report.calls,
    coldStart: report.coldStart,
    mode: delivery.shadow ? "shadow" : "live",
    dryRun: report.calls.some((call) => call.result === "dry_run"),
  };
  const row: DeliveryRow = {
    id: delivery.id,
    eventId: delivery.facts.id,
    projectId,
    pluginName,
    versionId,
    state: next.type === "again" ? "pending" : next.type,
    attempts: delivery.attempt,
    lastOutcome: report.outcome.type,
    nextAttemptAt: next.type === "again" ? next.at : null,
    deadReason: next.type === "dead" ? "failed" : null,
    settled: null,
    replayOf: null,
    createdAt: delivery.createdAt,
    updatedAt: endedAt,
  };
  const logs = report.logs.map((line, index): LogRow => ({
    runId,
    line: index,
    pluginName,
    projectId,
    assetId: delivery.facts.assetId,
    labelId: delivery.facts.labelId,
    logType: line.level,
    content: line.content,
    createdAt: line.at,
  }));
  const audit = report.refusals.map((refusal, index): AuditRow => ({
    id: `${runId}.${index}`,
    actor: `plugin:${pluginName}`,
    action: "refused",
    pluginName,
    projectId,
    runId,
    detail: `${refusal.capability}: ${refusal.wanted}`,
    createdAt: refusal.at,
  }));
  return { runs: [run], deliveries: [row], logs, audit };
}
