// Events' own rows in the journal: facts and body, and what the history is to have of them. Their deliveries are the
// journal's business.
import { MAX_ROW_BYTES } from "../limits.ts";
import { insertMany } from "./insert-many.ts";
import type { NewEvent } from "./journal.ts";
import type { StorableEvent } from "./journal-tables.ts";

const EVENT_COLUMNS =
  "event (seq, id, kili_run_id, type, asset_id, label_id, received_at, body, body_bytes, delivery_count)";
const INSERT_CHUNK = "INSERT INTO body_chunk (event_seq, position, bytes) VALUES (?, ?, ?)";

/** Writes events, numbered by `seq`. Bodies that are not texts are in rows of their own. */
export function insertEvents(sql: SqlStorage, events: readonly (NewEvent & { readonly seq: number })[]): void {
  const rows = events.map(({ seq, facts, body, bodyBytes, deliveries }) => {
    const { id, kiliRunId, type, assetId, labelId, receivedAt } = facts;
    const text = typeof body === "string" ? body : null;
    return [seq, id, kiliRunId, type, assetId, labelId, receivedAt, text, bodyBytes, deliveries.length];
  });
  insertMany(sql, EVENT_COLUMNS, rows);
  for (const { seq, body } of events) if (typeof body !== "string") insertChunks(sql, seq, body);
  const unstored = events.map(({ seq, facts, bodyBytes, deliveries }) => {
    const row: StorableEvent = { facts, bodyBytes, deliveryCount: deliveries.length };
    return [seq, facts.receivedAt, JSON.stringify(row)];
  });
  insertMany(sql, "unstored (event_seq, received_at, row)", unstored);
}

function insertChunks(sql: SqlStorage, seq: number, body: Uint8Array): void {
  for (let at = 0, position = 0; at < body.byteLength; at += MAX_ROW_BYTES, position++)
    sql.exec(INSERT_CHUNK, seq, position, body.slice(at, at + MAX_ROW_BYTES).buffer);
}
