// A delivery with the facts of its event, as the journal's rows give it.
import { toFacts, type EventColumns, type JournalledFacts } from "./journal-tables.ts";

/** A delivery whose next attempt has been written down as begun. */
export interface ClaimedDelivery {
  readonly seq: number;
  readonly id: string;
  readonly eventSeq: number;
  readonly pluginName: string;
  readonly versionId: string;
  /** Counts from 1. */
  readonly attempt: number;
  readonly createdAt: number;
  /** When the attempt was written down as begun: it begins a moment later. */
  readonly claimedAt: number;
  /** What runs in order with it; null for nothing. */
  readonly lane: string | null;
  /** Processes that ended under it, as far as that was noticed. */
  readonly deaths: number;
  /** Nothing else runs in this process. */
  readonly alone: boolean;
  /** Its writes are recorded instead of sent. */
  readonly shadow: boolean;
  readonly facts: JournalledFacts;
  /** Null when the body is in chunks: `readBody` has it. */
  readonly body: string | null;
  readonly bodyBytes: number;
}

/** The columns `toClaimed` reads, of deliveries `d` and their events `e`. */
export const SELECT_CLAIMED = `
SELECT d.seq, d.id, d.event_seq, d.plugin, d.version_id, d.attempt, d.created_at, d.due_at, d.lane, d.deaths, d.alone,
       d.shadow, e.id AS event_id, e.kili_run_id, e.type, e.asset_id, e.label_id, e.received_at, e.body, e.body_bytes
FROM delivery d JOIN event e ON e.seq = d.event_seq `;

export interface ClaimedRow extends EventColumns {
  seq: number;
  id: string;
  event_seq: number;
  plugin: string;
  version_id: string;
  attempt: number;
  created_at: number;
  /** While it is under way, when it was claimed. */
  due_at: number;
  lane: string | null;
  deaths: number;
  alone: number;
  shadow: number;
  body: string | null;
  body_bytes: number;
}

/** The delivery of a row, on the attempt the row says. */
export function toClaimed(row: ClaimedRow): ClaimedDelivery {
  return {
    seq: row.seq,
    id: row.id,
    eventSeq: row.event_seq,
    pluginName: row.plugin,
    versionId: row.version_id,
    attempt: row.attempt,
    createdAt: row.created_at,
    claimedAt: row.due_at,
    lane: row.lane,
    deaths: row.deaths,
    alone: row.alone === 1,
    shadow: row.shadow === 1,
    facts: toFacts(row),
    body: row.body,
    bodyBytes: row.body_bytes,
  };
}
