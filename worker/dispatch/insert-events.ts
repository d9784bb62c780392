// Events' own rows in the journal: facts and body, and what the history is to have of them. Their deliveries are the
// journal's business.
import { MAX_ROW_BYTES } from "../limits.ts";
import { insertMany } from "./insert-many.ts";
import type { NewEvent } from "./journal.ts";
import type { StorableEvent } from "./journal-tables.ts";

const INSERT_EVENT = `
INSERT INTO event (seq, id, kili_run_id, type, asset_id, label_id, received_at, body, body_bytes, delivery_count)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const INSERT_CHUNK = "INSERT INTO body_chunk (event_seq, position, bytes) VALUES (?, ?, ?)";

/** Writes events, numbered by `seq`. Bodies go one by one: together they could outgrow a SQLite value. */
export function insertEvents(sql: SqlStorage, events: readonly (NewEvent & { readonly seq: number })[]): void {
  const unstored: SqlStorageValue[][] = [];
  for (const { seq, facts, body, bodyBytes, deliveries } of events) {
    const row: StorableEvent = { facts, bodyBytes, deliveryCount: deliveries.length };
    sql.exec(
      INSERT_EVENT,
      ...[seq, facts.id, facts.kiliRunId, facts.type, facts.assetId, facts.labelId, facts.receivedAt],
      ...[typeof body === "string" ? body : null, bodyBytes, deliveries.length],
    );
    if (typeof body !== "string") insertChunks(sql, seq, body);
    unstored.push([seq, facts.receivedAt, JSON.stringify(row)]);
  }
  insertMany(sql, "unstored (event_seq, received_at, row)", unstored);
}

function insertChunks(sql: SqlStorage, seq: number, body: Uint8Array): void {
  for (let at = 0, position = 0; at < body.byteLength; at += MAX_ROW_BYTES, position++)
    sql.exec(INSERT_CHUNK, seq, position, body.slice(at, at + MAX_ROW_BYTES).buffer);
}
