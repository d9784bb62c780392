// The inbox's hand-over: finished runs and all that belongs to them, with the sums over them, in one transaction.
// Handing the same batch over twice leaves the history as it was after the first time.
import type { FlushBatch } from "./flush-batch.ts";
import { insertRows } from "./insert-rows.ts";
import { settleDeadLetters } from "./settle-dead-letters.ts";
import { recordRollups } from "./record-rollups.ts";
import { audit, deliveries, events, logs, pauses, runs } from "./history-schema.ts";

// A crash between the hand-over and the inbox's forgetting brings old standings back, so only news may
// overwrite: more attempts, or the end of a delivery that was waiting.
const UPSERT_DELIVERY = `("id") DO UPDATE SET
  state = excluded.state, attempts = excluded.attempts, last_outcome = coalesce(excluded.last_outcome, deliveries.last_outcome),
  next_attempt_at = excluded.next_attempt_at, dead_reason = excluded.dead_reason, version_id = excluded.version_id, updated_at = excluded.updated_at
  WHERE excluded.attempts > deliveries.attempts
     OR (excluded.attempts = deliveries.attempts AND deliveries.state = 'pending')`;

const UPSERT_PAUSE = `("project_id", "plugin_name") DO UPDATE SET
  state = excluded.state, reason = excluded.reason, since = excluded.since, until = excluded.until,
  updated_at = excluded.updated_at
  WHERE excluded.updated_at >= pauses.updated_at`;

/** Writes one batch, all or nothing. The caller keeps each list under D1's 2 MB for one parameter. */
export async function recordRuns(db: D1Database, batch: FlushBatch): Promise<void> {
  const statements: D1PreparedStatement[] = [];
  const rollup = recordRollups(db, batch);
  if (rollup !== null) statements.push(rollup);
  if (batch.events.length > 0) statements.push(insertRows(db, events, batch.events, `("id") DO NOTHING`));
  if (batch.deliveries.length > 0) statements.push(insertRows(db, deliveries, batch.deliveries, UPSERT_DELIVERY));
  if (batch.runs.length > 0) statements.push(insertRows(db, runs, batch.runs, `("id") DO NOTHING`));
  if (batch.logs.length > 0) statements.push(insertRows(db, logs, batch.logs, `("run_id", "line") DO NOTHING`));
  if (batch.audit.length > 0) statements.push(insertRows(db, audit, batch.audit, `("id") DO NOTHING`));
  if (batch.pauses.length > 0) statements.push(insertRows(db, pauses, batch.pauses, UPSERT_PAUSE));
  if (batch.settled.length > 0) statements.push(settleDeadLetters(db, batch.settled));
  if (statements.length > 0) await db.batch(statements);
}
