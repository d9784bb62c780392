// The inbox's own SQLite: events, and deliveries that are not over yet.
// Every method is one short synchronous step; nothing here decides anything or knows of time passing.
import type { DeadReason } from "../../schemas/run.ts";
import { MAX_ROW_BYTES } from "../limits.ts";
import type { FinishedRows } from "./finished-rows.ts";
import {
  AMONG,
  DEAD,
  PENDING,
  RUNNING,
  TABLES,
  toFacts,
  type EventColumns,
  type JournalledFacts,
} from "./journal-tables.ts";
import { toJournalRows } from "./to-journal-rows.ts";

export interface NewDelivery {
  readonly id: string;
  readonly pluginName: string;
  readonly versionId: string;
  /** Why it goes to the dead letters as it arrives, which the caller tells the history; null when it does not. */
  readonly dead: DeadReason | null;
}

export interface NewEvent {
  readonly facts: JournalledFacts;
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
  readonly facts: JournalledFacts;
  /** Null when the body is in chunks: `readBody` has it. */
  readonly body: string | null;
}

/** An attempt that is over, with what it leaves and what comes next. */
export interface EndedAttempt {
  readonly delivery: ClaimedDelivery;
  readonly rows: FinishedRows;
  readonly next: NextStep;
}

/** What becomes of a delivery's row after an attempt. */
export type NextStep = { readonly type: "done" | "dead" } | { readonly type: "again"; readonly at: number };

const CLAIMABLE = `
SELECT d.seq, d.id, d.event_seq, d.plugin, d.version_id, d.attempt, d.created_at,
       e.id AS event_id, e.kili_run_id, e.type, e.asset_id, e.label_id, e.received_at, e.body
FROM delivery d JOIN event e ON e.seq = d.event_seq `;

const INSERT_EVENT = `
INSERT INTO event (seq, id, kili_run_id, type, asset_id, label_id, received_at, body, body_bytes, delivery_count)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const INSERT_SEEN = `
INSERT INTO seen (kili_run_id, event_id, at) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)`;
const INSERT_DELIVERIES = `
INSERT INTO delivery (id, event_seq, plugin, version_id, attempt, state, due_at, created_at)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, 0, value ->> 5, value ->> 4, value ->> 4 FROM json_each(?)`;
const INSERT_FINISHED = "INSERT INTO finished (event_seq, rows) VALUES (?, ?)";
const BURY = `UPDATE delivery SET state = ? WHERE seq ${AMONG}`;
const RESCHEDULE = `
UPDATE delivery SET state = ?, due_at = later.at
FROM (SELECT value ->> 0 AS seq, value ->> 1 AS at FROM json_each(?)) AS later WHERE delivery.seq = later.seq`;

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

  /** Runs `step` so that its writes happen all or not at all. */
  atomically<Value>(step: () => Value): Value {
    return this.#storage.transactionSync(step);
  }

  /** Writes events and their deliveries. Bodies go one by one: together they could outgrow a SQLite value. */
  append(events: readonly NewEvent[]): void {
    const seen: unknown[] = [];
    const waiting: unknown[] = [];
    for (const { facts, body, bodyBytes, deliveries } of events) {
      const seq = this.#nextEventSeq++;
      const text = typeof body === "string" ? body : null;
      this.#sql.exec(
        INSERT_EVENT,
        ...[seq, facts.id, facts.kiliRunId, facts.type, facts.assetId, facts.labelId, facts.receivedAt],
        ...[text, bodyBytes, deliveries.length],
      );
      if (typeof body !== "string") this.#appendChunks(seq, body);
      if (facts.kiliRunId !== null) seen.push([facts.kiliRunId, facts.id, facts.receivedAt]);
      for (const { id, pluginName, versionId, dead } of deliveries) {
        waiting.push([id, seq, pluginName, versionId, facts.receivedAt, dead === null ? PENDING : DEAD]);
      }
    }
    if (seen.length > 0) this.#sql.exec(INSERT_SEEN, JSON.stringify(seen));
    if (waiting.length > 0) this.#sql.exec(INSERT_DELIVERIES, JSON.stringify(waiting));
  }

  /** Deliveries to a plugin version that are due, oldest first, now marked as running. */
  claim(versionId: string, now: number, most: number): ClaimedDelivery[] {
    const where = "WHERE d.state = ? AND d.version_id = ? AND d.due_at <= ? ORDER BY d.due_at, d.seq LIMIT ?";
    const claimed = this.#sql
      .exec<Row>(CLAIMABLE + where, PENDING, versionId, now, most)
      .toArray()
      .map(toClaimed);
    if (claimed.length > 0) {
      const mark = `UPDATE delivery SET state = ?, attempt = attempt + 1 WHERE seq ${AMONG}`;
      this.#sql.exec(mark, RUNNING, JSON.stringify(claimed.map(({ seq }) => seq)));
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

  /** Writes how attempts ended and what becomes of their deliveries, all or nothing. The dead stay, with their events. */
  finish(attempts: readonly EndedAttempt[]): void {
    const seqsOf = (wanted: NextStep["type"]): string =>
      JSON.stringify(attempts.filter(({ next }) => next.type === wanted).map(({ delivery }) => delivery.seq));
    const again = attempts.map(({ delivery, next }) => (next.type === "again" ? [delivery.seq, next.at] : null));
    this.#storage.transactionSync(() => {
      for (const { delivery, rows } of attempts) {
        for (const text of toJournalRows(rows)) this.#sql.exec(INSERT_FINISHED, delivery.eventSeq, text);
      }
      this.#sql.exec(`DELETE FROM delivery WHERE seq ${AMONG}`, seqsOf("done"));
      this.#sql.exec(BURY, DEAD, seqsOf("dead"));
      this.#sql.exec(RESCHEDULE, PENDING, JSON.stringify(again.filter((row) => row !== null)));
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

  #appendChunks(seq: number, body: Uint8Array): void {
    for (let at = 0, position = 0; at < body.byteLength; at += MAX_ROW_BYTES, position++) {
      const bytes = body.slice(at, at + MAX_ROW_BYTES).buffer;
      this.#sql.exec("INSERT INTO body_chunk (event_seq, position, bytes) VALUES (?, ?, ?)", seq, position, bytes);
    }
  }
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
