// The inbox's own SQLite: events and deliveries that are not over yet, and finished runs on their way to D1.
// Every method is one short synchronous step; nothing here decides anything or knows of time passing.
import type { EventFacts } from "../../schemas/event.ts";
import { MAX_ROW_BYTES } from "../limits.ts";
import type { FinishedRows } from "./finished-rows.ts";

export interface NewDelivery {
  readonly id: string;
  readonly pluginName: string;
  readonly versionId: string;
}

export interface NewEvent {
  readonly facts: Omit<EventFacts, "projectId">;
  readonly body: string | Uint8Array;
  readonly bodyBytes: number;
  readonly deliveries: readonly NewDelivery[];
}

/** A delivery whose next attempt has been written down as begun. `attempt` counts from 1. */
export interface ClaimedDelivery {
  readonly seq: number;
  readonly id: string;
  readonly eventSeq: number;
  readonly pluginName: string;
  readonly versionId: string;
  readonly attempt: number;
  readonly createdAt: number;
  readonly facts: Omit<EventFacts, "projectId">;
  /** Null when the body is in chunks: `readBody` has it. */
  readonly body: string | null;
}

/** What becomes of a delivery's row after an attempt. */
export type NextStep = { readonly type: "done" | "dead" } | { readonly type: "again"; readonly at: number };

export interface UnflushedRun {
  readonly seq: number;
  readonly eventSeq: number;
  readonly closesDelivery: boolean;
  readonly rows: FinishedRows;
}

export interface UnstoredEvent {
  readonly seq: number;
  readonly facts: Omit<EventFacts, "projectId">;
  readonly bodyBytes: number;
  readonly deliveryCount: number;
  /** Its deliveries that have not ended yet. */
  readonly waiting: readonly (NewDelivery & { readonly attempts: number; readonly dueAt: number })[];
}

const PENDING = 0;
const RUNNING = 1;
const DEAD = 2;

const TABLES = `
CREATE TABLE IF NOT EXISTS event (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL, kili_run_id TEXT, type TEXT NOT NULL, asset_id TEXT, label_id TEXT,
  received_at INTEGER NOT NULL, body TEXT, body_bytes INTEGER NOT NULL, delivery_count INTEGER NOT NULL,
  open INTEGER NOT NULL, stored INTEGER NOT NULL DEFAULT 0);
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
  seq INTEGER PRIMARY KEY, event_seq INTEGER NOT NULL, closes INTEGER NOT NULL, rows TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS seen (
  kili_run_id TEXT PRIMARY KEY, event_id TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS seen_by_age ON seen (at);
CREATE TABLE IF NOT EXISTS remembered (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
`;

const CLAIMABLE = `
SELECT d.seq, d.id, d.event_seq, d.plugin, d.version_id, d.attempt, d.created_at,
       e.id AS event_id, e.kili_run_id, e.type, e.asset_id, e.label_id, e.received_at, e.body
FROM delivery d JOIN event e ON e.seq = d.event_seq `;

export class Journal {
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;
  #nextEventSeq: number;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
    this.#sql.exec(TABLES);
    const last = this.#sql.exec<{ seq: number | null }>("SELECT MAX(seq) AS seq FROM event").one().seq;
    this.#nextEventSeq = (last ?? 0) + 1;
  }

  /** The event a Kili run id already stands for, if it was seen. */
  findSeen(kiliRunId: string): string | null {
    const [row] = this.#sql.exec<{ event_id: string }>("SELECT event_id FROM seen WHERE kili_run_id = ?", kiliRunId);
    return row?.event_id ?? null;
  }

  /** Runs `step` so that its writes happen all or not at all. */
  atomically<Value>(step: () => Value): Value {
    return this.#storage.transactionSync(step);
  }

  /** Writes an event and its deliveries. */
  append({ facts, body, bodyBytes, deliveries }: NewEvent): void {
    const seq = this.#nextEventSeq++;
    this.#sql.exec(
      `INSERT INTO event (seq, id, kili_run_id, type, asset_id, label_id, received_at, body, body_bytes, delivery_count, open)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      seq, facts.id, facts.kiliRunId, facts.type, facts.assetId, facts.labelId, facts.receivedAt,
      typeof body === "string" ? body : null, bodyBytes, deliveries.length, deliveries.length,
    ); // prettier-ignore
    if (typeof body !== "string") {
      for (let at = 0, position = 0; at < body.byteLength; at += MAX_ROW_BYTES, position++) {
        const bytes = body.slice(at, at + MAX_ROW_BYTES);
        this.#sql.exec(
          "INSERT INTO body_chunk (event_seq, position, bytes) VALUES (?, ?, ?)",
          seq,
          position,
          bytes.buffer,
        );
      }
    }
    if (facts.kiliRunId !== null) {
      this.#sql.exec("INSERT INTO seen VALUES (?, ?, ?)", facts.kiliRunId, facts.id, facts.receivedAt);
    }
    for (const delivery of deliveries) {
      this.#sql.exec(
        `INSERT INTO delivery (id, event_seq, plugin, version_id, attempt, state, due_at, created_at)
         VALUES (?, ?, ?, ?, 0, ?, ?, ?)`,
        delivery.id, seq, delivery.pluginName, delivery.versionId, PENDING, facts.receivedAt, facts.receivedAt,
      ); // prettier-ignore
    }
  }

  /** Deliveries to a plugin version that are due, oldest first, now marked as running. */
  claim(versionId: string, now: number, most: number): ClaimedDelivery[] {
    const where = "WHERE d.state = ? AND d.version_id = ? AND d.due_at <= ? ORDER BY d.due_at, d.seq LIMIT ?";
    const claimed = this.#sql
      .exec<Row>(CLAIMABLE + where, PENDING, versionId, now, most)
      .toArray()
      .map(toClaimed);
    for (const { seq, attempt } of claimed) {
      this.#sql.exec("UPDATE delivery SET state = ?, attempt = ? WHERE seq = ?", RUNNING, attempt, seq);
    }
    return claimed;
  }

  /** Deliveries marked as running: after a start, those the last process died under. */
  listRunning(): ClaimedDelivery[] {
    const rows = this.#sql.exec<Row>(`${CLAIMABLE}WHERE d.state = ?`, RUNNING).toArray();
    return rows.map((row) => toClaimed({ ...row, attempt: row.attempt - 1 }));
  }

  /** The whole body of an event whose body is in chunks. */
  readBody(eventSeq: number): Uint8Array<ArrayBuffer> {
    const query = "SELECT bytes FROM body_chunk WHERE event_seq = ? ORDER BY position";
    const chunks = this.#sql.exec<{ bytes: ArrayBuffer }>(query, eventSeq).toArray();
    const body = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.bytes.byteLength, 0));
    let offset = 0;
    for (const chunk of chunks) {
      body.set(new Uint8Array(chunk.bytes), offset);
      offset += chunk.bytes.byteLength;
    }
    return body;
  }

  /** Writes an attempt's end and what becomes of its delivery, in one step. A dead delivery stays, with its event. */
  finish(delivery: ClaimedDelivery, rows: FinishedRows, next: NextStep): void {
    this.#storage.transactionSync(() => {
      const closes = next.type === "done" ? 1 : 0;
      const text = JSON.stringify(rows);
      this.#sql.exec(
        "INSERT INTO finished (event_seq, closes, rows) VALUES (?, ?, ?)",
        delivery.eventSeq,
        closes,
        text,
      );
      switch (next.type) {
        case "done":
          this.#sql.exec("DELETE FROM delivery WHERE seq = ?", delivery.seq);
          break;
        case "dead":
          this.#sql.exec("UPDATE delivery SET state = ? WHERE seq = ?", DEAD, delivery.seq);
          break;
        case "again":
          this.#sql.exec("UPDATE delivery SET state = ?, due_at = ? WHERE seq = ?", PENDING, next.at, delivery.seq);
      }
    });
  }

  listUnflushedRuns(mostRuns: number, mostChars: number): UnflushedRun[] {
    const runs: UnflushedRun[] = [];
    let chars = 0;
    const query = "SELECT seq, event_seq, closes, rows FROM finished ORDER BY seq LIMIT ?";
    for (const row of this.#sql.exec<{ seq: number; event_seq: number; closes: number; rows: string }>(
      query,
      mostRuns,
    )) {
      chars += row.rows.length;
      if (runs.length > 0 && chars > mostChars) break;
      const rows = JSON.parse(row.rows) as FinishedRows;
      runs.push({ seq: row.seq, eventSeq: row.event_seq, closesDelivery: row.closes === 1, rows });
    }
    return runs;
  }

  /** Events D1 does not have yet: those of `eventSeqs`, and any received before `before`. */
  listUnstoredEvents(eventSeqs: readonly number[], before: number, most: number): UnstoredEvent[] {
    const query = `SELECT seq, id AS event_id, kili_run_id, type, asset_id, label_id, received_at, body_bytes,
      delivery_count FROM event WHERE stored = 0
      AND (received_at < ? OR seq IN (SELECT value FROM json_each(?))) ORDER BY seq LIMIT ?`;
    const rows = this.#sql.exec<UnstoredRow>(query, before, JSON.stringify(eventSeqs), most).toArray();
    return rows.map((row) => ({
      seq: row.seq,
      facts: toFacts(row),
      bodyBytes: row.body_bytes,
      deliveryCount: row.delivery_count,
      waiting: this.#listWaiting(row.seq),
    }));
  }

  #listWaiting(eventSeq: number): UnstoredEvent["waiting"] {
    const query = `SELECT id, plugin AS pluginName, version_id AS versionId, attempt AS attempts, due_at AS dueAt
      FROM delivery WHERE event_seq = ? AND state <> ?`;
    return this.#sql.exec<Waiting>(query, eventSeq, DEAD).toArray();
  }

  /** D1 has these now: forgets the runs, and the events nothing is left to do for. */
  forget(runs: readonly UnflushedRun[], eventSeqs: readonly number[]): void {
    this.#storage.transactionSync(() => {
      for (const seq of eventSeqs) this.#sql.exec("UPDATE event SET stored = 1 WHERE seq = ?", seq);
      for (const { seq, eventSeq, closesDelivery } of runs) {
        this.#sql.exec("DELETE FROM finished WHERE seq = ?", seq);
        if (closesDelivery) this.#sql.exec("UPDATE event SET open = open - 1 WHERE seq = ?", eventSeq);
      }
      for (const seq of new Set([...eventSeqs, ...runs.map((run) => run.eventSeq)])) {
        const over = this.#sql.exec(
          "DELETE FROM event WHERE seq = ? AND open = 0 AND stored = 1 RETURNING body IS NULL",
          seq,
        );
        if (over.toArray().length > 0) this.#sql.exec("DELETE FROM body_chunk WHERE event_seq = ?", seq);
      }
    });
  }

  /** The versions that have deliveries pending, each with the time its first one is due. */
  listPending(): Map<string, number> {
    const query = "SELECT version_id, MIN(due_at) AS at FROM delivery WHERE state = ? GROUP BY version_id";
    const rows = this.#sql.exec<{ version_id: string; at: number }>(query, PENDING).toArray();
    return new Map(rows.map((row) => [row.version_id, row.at]));
  }

  /** When the next pending delivery to a version is due; null when it has none. */
  nextDueAt(versionId: string): number | null {
    const query = "SELECT MIN(due_at) AS at FROM delivery WHERE state = ? AND version_id = ?";
    return this.#sql.exec<{ at: number | null }>(query, PENDING, versionId).one().at;
  }

  /** Whether anything is left that must reach D1. */
  hasUnflushed(): boolean {
    const query = "SELECT EXISTS (SELECT 1 FROM finished) OR EXISTS (SELECT 1 FROM event WHERE stored = 0) AS left";
    return this.#sql.exec<{ left: number }>(query).one().left === 1;
  }

  countPending(): { deliveries: number; unflushedRuns: number; oldestAt: number | null } {
    const query = `SELECT COUNT(*) AS deliveries, MIN(created_at) AS oldestAt,
      (SELECT COUNT(*) FROM finished) AS unflushedRuns FROM delivery WHERE state <> ${DEAD}`;
    return this.#sql.exec<{ deliveries: number; unflushedRuns: number; oldestAt: number | null }>(query).one();
  }

  /** Forgets Kili run ids seen before `before` (epoch milliseconds). */
  forgetSeen(before: number): void {
    this.#sql.exec("DELETE FROM seen WHERE at < ?", before);
  }

  remember(key: string, value: string): void {
    this.#sql.exec(
      "INSERT INTO remembered (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      key,
      value,
    );
  }

  recall(key: string): string | null {
    const [row] = this.#sql.exec<{ value: string }>("SELECT value FROM remembered WHERE key = ?", key);
    return row?.value ?? null;
  }
}

interface EventColumns extends Record<string, SqlStorageValue> {
  event_id: string;
  kili_run_id: string | null;
  type: string;
  asset_id: string | null;
  label_id: string | null;
  received_at: number;
}

interface Waiting extends Record<string, SqlStorageValue> {
  id: string;
  pluginName: string;
  versionId: string;
  attempts: number;
  dueAt: number;
}

interface UnstoredRow extends EventColumns {
  seq: number;
  body_bytes: number;
  delivery_count: number;
}

interface Row extends EventColumns {
  seq: number;
  id: string;
  event_seq: number;
  plugin: string;
  version_id: string;
  attempt: number;
  created_at: number;
  body: string | null;
}

function toFacts(row: EventColumns): Omit<EventFacts, "projectId"> {
  return {
    id: row.event_id,
    kiliRunId: row.kili_run_id,
    type: row.type,
    assetId: row.asset_id,
    labelId: row.label_id,
    receivedAt: row.received_at,
  };
}

function toClaimed(row: Row): ClaimedDelivery {
  return {
    seq: row.seq,
    id: row.id,
    eventSeq: row.event_seq,
    pluginName: row.plugin,
    versionId: row.version_id,
    attempt: row.attempt + 1,
    createdAt: row.created_at,
    facts: toFacts(row),
    body: row.body,
  };
}
