// What an inbox hands over to the history in one go: rows as the tables take them. Types only.
import type { Settlement } from "../../schemas/run.ts";
import type { audit, deliveries, events, logs, pauses, runs } from "./history-schema.ts";

export type EventRow = typeof events.$inferSelect;
export type DeliveryRow = typeof deliveries.$inferSelect;
export type RunRow = typeof runs.$inferSelect;
/** A log line before SQLite has numbered it. */
export type LogRow = Omit<typeof logs.$inferSelect, "id">;
export type AuditRow = typeof audit.$inferSelect;
export type PauseRow = typeof pauses.$inferSelect;

/** What became of a dead letter. */
export interface SettledRow {
  readonly deliveryId: string;
  readonly settled: Settlement;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Plain JSON: it may wait in a journal and be handed over more than once. Times are epoch milliseconds. */
export interface FlushBatch {
  readonly events: readonly EventRow[];
  /** As they stand now. An older standing than the one stored changes nothing. */
  readonly deliveries: readonly DeliveryRow[];
  readonly runs: readonly RunRow[];
  readonly logs: readonly LogRow[];
  /** Ids must be the same when the batch is handed over again. */
  readonly audit: readonly AuditRow[];
  /** As they stand now; an older standing than the one stored changes nothing. */
  readonly pauses: readonly PauseRow[];
  readonly settled: readonly SettledRow[];
}
