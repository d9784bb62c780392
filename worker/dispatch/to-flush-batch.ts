// Finished runs and new events as the history takes them. Pure.
import type { DeliveryRow, EventRow, FlushBatch } from "../store/flush-batch.ts";
import type { UnflushedRun, UnstoredEvent } from "./outbox.ts";

/** One batch of them all. */
export function toFlushBatch(
  runs: readonly UnflushedRun[],
  events: readonly UnstoredEvent[],
  projectId: string,
): FlushBatch {
  const finished = runs.flatMap((run) => run.rows.deliveries);
  const ended = new Set(finished.map((delivery) => delivery.id));
  const waiting = events.flatMap((event) => toWaiting(event, projectId)).filter(({ id }) => !ended.has(id));
  return {
    events: events.map((event) => toEventRow(event, projectId)),
    deliveries: [...latest(finished), ...waiting],
    runs: runs.flatMap((run) => run.rows.runs),
    logs: runs.flatMap((run) => run.rows.logs),
    audit: runs.flatMap((run) => run.rows.audit),
    pauses: runs.flatMap((run) => run.rows.pauses ?? []),
    settled: runs.flatMap((run) => run.rows.settled ?? []),
  };
}

/** A delivery may have several attempts in one batch; only its last standing counts. What it repeats, the first one knows. */
function latest(rows: readonly DeliveryRow[]): DeliveryRow[] {
  const standings = new Map<string, DeliveryRow>();
  for (const row of rows) standings.set(row.id, { ...row, replayOf: standings.get(row.id)?.replayOf ?? row.replayOf });
  return [...standings.values()];
}

function toEventRow({ facts, bodyBytes, deliveryCount }: UnstoredEvent, projectId: string): EventRow {
  return { ...facts, projectId, payloadBytes: bodyBytes, deliveryCount };
}

function toWaiting({ facts, waiting }: UnstoredEvent, projectId: string): DeliveryRow[] {
  return waiting.map((delivery) => ({
    id: delivery.id,
    eventId: facts.id,
    projectId,
    pluginName: delivery.pluginName,
    versionId: delivery.versionId,
    state: "pending",
    attempts: 0,
    lastOutcome: null,
    nextAttemptAt: delivery.dueAt,
    deadReason: null,
    settled: null,
    replayOf: null,
    createdAt: facts.receivedAt,
    updatedAt: facts.receivedAt,
  }));
}
