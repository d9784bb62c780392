// The tables of an inbox's own SQLite, and how their rows read. No statement but the tables' own.
import type { EventFacts } from "../../schemas/event.ts";

/**
 * `delivery.state`: may run, under way, ended badly and kept for people to decide on, behind another in its lane, or to
 * run with nothing beside it because a process died under it.
 */
export const PENDING = 0;
export const RUNNING = 1;
export const DEAD = 2;
export const BEHIND = 3;
export const SUSPECT = 4;
/** All of those that are not over, for SQL. */
export const LIVE: string = `(${PENDING}, ${RUNNING}, ${BEHIND}, ${SUSPECT})`;

/**
 * A limit given as a parameter. Without the sum SQLite reads the number while it plans, and so plans the statement anew
 * each time it is run. A parameter for `state` would do the same, by the index of those that are behind another.
 */
export const AT_MOST = "LIMIT ? + 0";

/** A condition on many values, given as one JSON array. */
export const AMONG = "IN (SELECT value FROM json_each(?))";

/**
 * What makes the tables, step by step. An inbox that is older does the steps it has not done yet, so they are never
 * edited once they have landed.
 */
export const STEPS: readonly string[] = [
  `
CREATE TABLE IF NOT EXISTS event (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL, kili_run_id TEXT, type TEXT NOT NULL, asset_id TEXT, label_id TEXT,
  received_at INTEGER NOT NULL, body TEXT, body_bytes INTEGER NOT NULL, delivery_count INTEGER NOT NULL,
  stored INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS event_unstored ON event (seq) WHERE stored = 0;
CREATE TABLE IF NOT EXISTS body_chunk (
  event_seq INTEGER NOT NULL, position INTEGER NOT NULL, bytes BLOB NOT NULL,
  PRIMARY KEY (event_seq, position)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS delivery (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL, event_seq INTEGER NOT NULL, plugin TEXT NOT NULL,
  version_id TEXT NOT NULL, attempt INTEGER NOT NULL, state INTEGER NOT NULL, due_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS delivery_by_event ON delivery (event_seq);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (state, version_id, due_at, seq);
CREATE TABLE IF NOT EXISTS finished (
  seq INTEGER PRIMARY KEY, event_seq INTEGER NOT NULL, rows TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS seen (
  kili_run_id TEXT PRIMARY KEY, event_id TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS seen_by_age ON seen (at);
CREATE TABLE IF NOT EXISTS pause (
  plugin TEXT PRIMARY KEY, state TEXT NOT NULL, reason TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER,
  openings INTEGER NOT NULL, version_id TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS remembered (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
`,
  // `lane`: what runs in order with it, or null. `deaths`: processes that ended under it. `alone`: nothing runs beside it.
  `
ALTER TABLE delivery ADD COLUMN lane TEXT;
ALTER TABLE delivery ADD COLUMN deaths INTEGER NOT NULL DEFAULT 0;
ALTER TABLE delivery ADD COLUMN alone INTEGER NOT NULL DEFAULT 0;
CREATE INDEX delivery_behind ON delivery (lane, seq) WHERE state = ${BEHIND};
`,
  // What operators are still to be told; and events are asked for by their id.
  `
CREATE TABLE alert (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL, body TEXT NOT NULL, sends INTEGER NOT NULL, due_at INTEGER NOT NULL);
CREATE UNIQUE INDEX event_by_id ON event (id);
`,
  // What plugins wrote to lately, and events that their writes caused.
  `
CREATE TABLE trace (
  key TEXT PRIMARY KEY, depth INTEGER NOT NULL, plugins TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE caused (
  event_id TEXT PRIMARY KEY, depth INTEGER NOT NULL, plugins TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
`,
  // Writes to Kili, for as long as their event is there to be delivered again. Without an answer, nobody knows whether
  // one was done; Kili is done with it at `settles_at`. Ids are never used twice: a door may come late with an answer.
  `
CREATE TABLE write (
  id INTEGER PRIMARY KEY AUTOINCREMENT, event_seq INTEGER NOT NULL, plugin TEXT NOT NULL, hash TEXT NOT NULL,
  sent_at INTEGER NOT NULL, settles_at INTEGER NOT NULL, answer TEXT);
CREATE INDEX write_by_hash ON write (hash);
CREATE INDEX write_by_event ON write (event_seq);
CREATE TRIGGER write_goes_with_event AFTER DELETE ON event BEGIN
  DELETE FROM write WHERE event_seq = OLD.seq;
END;
`,
  // `shadow`: its writes are recorded instead of sent.
  "ALTER TABLE delivery ADD COLUMN shadow INTEGER NOT NULL DEFAULT 0;",
  // `about`: the assets, labels and project that a write names, as a JSON array of keys.
  "ALTER TABLE write ADD COLUMN about TEXT NOT NULL DEFAULT '[]';",
  // What the history refuses whenever it is handed over, as JSON of a hand-over, and why.
  `
CREATE TABLE set_aside (
  seq INTEGER PRIMARY KEY, batch TEXT NOT NULL, reason TEXT NOT NULL, due_at INTEGER NOT NULL);
`,
  // Events the history does not have yet, with what it will have of them. Apart from `event`, whose column `stored` nobody
  // reads any more: there, a row is read and written with its whole body.
  `
CREATE TABLE unstored (event_seq INTEGER PRIMARY KEY, received_at INTEGER NOT NULL, row TEXT NOT NULL);
INSERT INTO unstored SELECT seq, received_at, json_object(
  'facts', json_object('id', id, 'kiliRunId', kili_run_id, 'type', type, 'assetId', asset_id, 'labelId', label_id,
    'receivedAt', received_at),
  'bodyBytes', body_bytes, 'deliveryCount', delivery_count)
FROM event WHERE stored = 0;
DROP INDEX event_unstored;
`,
  // `process`: the one that made the call, where calls end with it and making it again too early would do no harm.
  "ALTER TABLE write ADD COLUMN process TEXT;",
  // `projects`: what the plugin could act on, as a JSON array; null where that is not known, or is too much to look at.
  "ALTER TABLE write ADD COLUMN projects TEXT;",
];

/** Everything of an event but its project, which is the inbox itself. */
export type JournalledFacts = Omit<EventFacts, "projectId">;

/** What the history will have of an event. */
export interface StorableEvent {
  readonly facts: JournalledFacts;
  readonly bodyBytes: number;
  readonly deliveryCount: number;
}

/** The columns of `event` that make its facts. */
export interface EventColumns extends Record<string, SqlStorageValue> {
  event_id: string;
  kili_run_id: string | null;
  type: string;
  asset_id: string | null;
  label_id: string | null;
  received_at: number;
}

/** Facts from their columns. */
export function toFacts(row: EventColumns): JournalledFacts {
  return {
    id: row.event_id,
    kiliRunId: row.kili_run_id,
    type: row.type,
    assetId: row.asset_id,
    labelId: row.label_id,
    receivedAt: row.received_at,
  };
}
