// The inbox's own SQLite: events, and deliveries that are not over yet.
// Every method is one short synchronous step; nothing here decides anything or knows of time passing.
import type { DeadReason } from "../../schemas/run.ts";
import { SELECT_CLAIMED, toClaimed, type ClaimedDelivery, type ClaimedRow } from "./claimed-delivery.ts";
import type { FinishedRows } from "./finished-rows.ts";
import { execAmong } from "./exec-among.ts";
import { insertEvents } from "./insert-events.ts";
import { insertMany } from "./insert-many.ts";
import { AT_MOST, BEHIND, DEAD, LIVE, PENDING, RUNNING, type JournalledFacts } from "./journal-tables.ts";
import { Lanes } from "./lanes.ts";
import { openTables } from "./open-tables.ts";
import { readBodyChunks } from "./read-body-chunks.ts";
import { BURY, insertFinished, lanesOf, settleDeliveries } from "./settle-deliveries.ts";
import { SELECT_WAITING, toWaiting, type Waiting, type WaitingRow } from "./waiting-delivery.ts";

export interface NewDelivery {
  readonly id: string;
  readonly pluginName: string;
  readonly versionId: string;
  /** What it runs in order with; null for nothing. */
  readonly lane: string | null;
  /** Why it goes to the dead letters as it arrives, which the caller tells the history; null when it does not. */
  readonly dead: DeadReason | null;
  /** Its writes are recorded instead of sent; by default they are sent. */
  readonly shadow?: boolean;
}

/** A delivery with its event, due `at` (epoch milliseconds). */
export interface PlacedDelivery {
  readonly eventSeq: number;
  readonly at: number;
  readonly delivery: NewDelivery;
}

export interface NewEvent {
  readonly facts: JournalledFacts;
  readonly body: string | Uint8Array;
  readonly bodyBytes: number;
  readonly deliveries: readonly NewDelivery[];
}

/** An attempt that is over, with what it leaves and what comes next. */
export interface EndedAttempt {
  readonly delivery: ClaimedDelivery;
  readonly rows: FinishedRows;
  readonly next: NextStep;
}

/** What becomes of a delivery's row after an attempt. */
export type NextStep =
  | { readonly type: "done" }
  /** `processDied`: it ended because its process did, which may have been its doing. */
  | { readonly type: "dead"; readonly processDied?: boolean }
  | { readonly type: "again"; readonly at: number; readonly processDied?: boolean };

/** A delivery that may run, now or when it is due. Epoch milliseconds. */
export interface Expected {
  readonly versionId: string;
  readonly dueAt: number;
}

const DELIVERY_COLUMNS =
  "delivery (id, event_seq, plugin, version_id, lane, state, attempt, due_at, created_at, shadow)";
/** What is left of events from a number on, which must not be there. */
const TAKE_BACK = [
  "DELETE FROM seen WHERE event_id IN (SELECT id FROM event WHERE seq >= ?)",
  "DELETE FROM delivery WHERE event_seq >= ?",
  "DELETE FROM unstored WHERE event_seq >= ?",
  "DELETE FROM body_chunk WHERE event_seq >= ?",
  "DELETE FROM event WHERE seq >= ?",
];
const LAST_FINISHED = "SELECT coalesce(MAX(seq), 0) AS seq FROM finished";
const CLAIMABLE = `${SELECT_CLAIMED}
WHERE d.state = ${PENDING} AND d.version_id = ? AND d.due_at <= ? ORDER BY d.due_at, d.seq ${AT_MOST}`;
// When it was claimed stands in `due_at` meanwhile: it tells when it started, and which of several did last.
const CLAIM = `UPDATE OR FAIL delivery SET state = ${RUNNING}, attempt = attempt + 1, due_at = ? WHERE seq`;
const LET_NEXT_RUN = `
UPDATE delivery SET state = ${PENDING} WHERE seq IN (
  SELECT (SELECT MIN(seq) FROM delivery WHERE lane = value AND state = ${BEHIND}) FROM json_each(?))
RETURNING version_id AS versionId, due_at AS dueAt`;
const COUNT_LANES = `
SELECT lane, COUNT(*) AS live FROM delivery
WHERE state IN ${LIVE} AND lane IS NOT NULL GROUP BY lane`;

export class Journal {
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;
  #lanes: Lanes;
  #nextEventSeq: number;
  /** Rows of `finished` whose attempts were not all settled. */
  readonly #halfSettled: { readonly after: number; readonly upTo: number }[] = [];

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
    openTables(storage);
    this.#lanes = this.#readLanes();
    const last = this.#sql.exec<{ seq: number | null }>("SELECT MAX(seq) AS seq FROM event").one().seq;
    this.#nextEventSeq = (last ?? 0) + 1;
  }

  /** Runs `step` so that its writes happen all or not at all. */
  atomically<Value>(step: () => Value): Value {
    try {
      return this.#storage.transactionSync(step);
    } catch (error) {
      // What was rolled back on disk must not stay in memory.
      this.#lanes = this.#readLanes();
      throw error;
    }
  }

  /**
   * Writes events and their deliveries, all or nothing: without a savepoint, which would copy each page that is
   * changed. The run ids they came by are last, so that no event is taken for a known one that is not all there.
   */
  append(events: readonly NewEvent[]): void {
    const first = this.#nextEventSeq;
    const placed = events.map((event) => ({ ...event, seq: this.#nextEventSeq++ }));
    try {
      insertEvents(this.#sql, placed);
      this.appendDeliveries(
        placed.flatMap(({ seq, facts, deliveries }) =>
          deliveries.map((delivery) => ({ eventSeq: seq, at: facts.receivedAt, delivery })),
        ),
      );
      const seen = placed.filter(({ facts }) => facts.kiliRunId !== null);
      insertMany(
        this.#sql,
        "seen (kili_run_id, event_id, at)",
        seen.map(({ facts }) => [facts.kiliRunId, facts.id, facts.receivedAt]),
      );
    } catch (error) {
      for (const statement of TAKE_BACK) this.#sql.exec(statement, first);
      this.#lanes = this.#readLanes();
      throw error;
    }
  }

  /** Writes deliveries of events that are there. */
  appendDeliveries(placed: readonly PlacedDelivery[]): void {
    const rows = placed.map(({ eventSeq, at, delivery: { id, pluginName, versionId, lane, dead, shadow = false } }) => {
      const state = dead !== null ? DEAD : lane === null || this.#lanes.enter(lane) ? PENDING : BEHIND;
      return [id, eventSeq, pluginName, versionId, lane, state, 0, at, at, shadow ? 1 : 0];
    });
    insertMany(this.#sql, DELIVERY_COLUMNS, rows);
  }

  /**
   * Deliveries to a plugin version that are due and not behind another, oldest first, now marked as running: as many
   * as `most`, and as their bodies together have `mostBytes`.
   */
  claim(versionId: string, now: number, most: number, mostBytes: number): ClaimedDelivery[] {
    const rows = this.#sql.exec<ClaimedRow>(CLAIMABLE, versionId, now, most).toArray();
    let bytes = 0;
    const end = rows.findIndex((row) => (bytes += row.body_bytes) > mostBytes);
    const claimed = (end < 0 ? rows : rows.slice(0, end)).map((row) =>
      toClaimed({ ...row, attempt: row.attempt + 1, due_at: now }),
    );
    const seqs = claimed.map(({ seq }) => seq);
    execAmong(this.#sql, CLAIM, seqs, now);
    return claimed;
  }

  /** Deliveries marked as running, the last one started first: after a start, those the last process died under. */
  listRunning(): ClaimedDelivery[] {
    const query = `${SELECT_CLAIMED}WHERE d.state = ? ORDER BY d.due_at DESC, d.seq DESC`;
    return this.#sql.exec<ClaimedRow>(query, RUNNING).toArray().map(toClaimed);
  }

  /** The whole body of an event whose body is in chunks. */
  readBody(eventSeq: number): Uint8Array<ArrayBuffer> {
    return readBodyChunks(this.#sql, eventSeq);
  }

  /**
   * Writes how attempts ended and what becomes of their deliveries, all or nothing. The dead stay, with their events.
   * Gives those that were behind one of them and may run now. Without a savepoint, as `append`: what a plugin can make
   * too long for a row is written first, and taken back should that fail. What fails after that is for `finishAgain`.
   */
  finish(attempts: readonly EndedAttempt[]): Expected[] {
    const last = this.#sql.exec<{ seq: number }>(LAST_FINISHED).one().seq;
    let upTo = last;
    try {
      insertFinished(this.#sql, attempts);
      upTo = this.#sql.exec<{ seq: number }>(LAST_FINISHED).one().seq;
      settleDeliveries(this.#sql, attempts);
      return this.#leaveLanes(lanesOf(attempts));
    } catch (error) {
      // A delivery that is gone already must not leave without a trace: once settled in part, the rows stay.
      if (upTo === last) this.#sql.exec("DELETE FROM finished WHERE seq > ?", last);
      else this.#halfSettled.push({ after: last, upTo });
      this.#lanes = this.#readLanes();
      throw error;
    }
  }

  /** As `finish`, for an attempt that it failed to write with others, and whose delivery it may have settled all the same. */
  finishAgain(attempt: EndedAttempt): Expected[] {
    return this.atomically(() => {
      insertFinished(this.#sql, [attempt]);
      settleDeliveries(this.#sql, [attempt]);
      // Counted anew: nobody knows which of them have been left.
      this.#lanes = this.#readLanes();
      return this.#letNextRun(lanesOf([attempt]).map(({ lane }) => lane));
    });
  }

  /**
   * To be told in the turn that failed half way. If all of it has been written again, the rows that it left behind go;
   * else they stay for good, as some of them may be the only trace of a delivery.
   */
  closeHalfSettled(isAllWritten: boolean): void {
    for (const { after, upTo } of this.#halfSettled.splice(0))
      if (isAllWritten) this.#sql.exec("DELETE FROM finished WHERE seq > ? AND seq <= ?", after, upTo);
  }

  /** Deliveries to a version that wait, due or not, in no order. */
  listWaiting(versionId: string, most: number): Waiting[] {
    return this.#sql.exec<WaitingRow>(SELECT_WAITING, versionId, most).toArray().map(toWaiting);
  }

  /** Marks waiting deliveries as dead. Gives those that were behind one of them and may run now. */
  bury(waiting: readonly Waiting[]): Expected[] {
    const seqs = waiting.map(({ seq }) => seq);
    execAmong(this.#sql, BURY, seqs);
    return this.#leaveLanes(waiting);
  }

  /** The versions that have deliveries pending, each with the time its first one is due. */
  listPending(): Map<string, number> {
    const query = "SELECT version_id, MIN(due_at) AS at FROM delivery WHERE state = ? GROUP BY version_id";
    const rows = this.#sql.exec<{ version_id: string; at: number }>(query, PENDING).toArray();
    return new Map(rows.map((row) => [row.version_id, row.at]));
  }

  /** When the next pending delivery to a version is due; null when it has none. */
  nextDueAt(versionId: string): number | null {
    const query = `SELECT MIN(due_at) AS at FROM delivery WHERE state = ${PENDING} AND version_id = ?`;
    return this.#sql.exec<{ at: number | null }>(query, versionId).one().at;
  }

  #leaveLanes(over: readonly { readonly lane: string | null; readonly behind: boolean }[]): Expected[] {
    for (const { lane } of over) if (lane !== null) this.#lanes.leave(lane);
    return this.#letNextRun(over.filter(({ behind }) => !behind).map(({ lane }) => lane));
  }

  /** Lets the next delivery of each of these lanes run, whose first one is over. */
  #letNextRun(left: readonly (string | null)[]): Expected[] {
    const lanes = [...new Set(left)].filter((lane) => lane !== null && this.#lanes.has(lane));
    if (lanes.length === 0) return [];
    return this.#sql.exec<Expected & Record<string, SqlStorageValue>>(LET_NEXT_RUN, JSON.stringify(lanes)).toArray();
  }

  #readLanes(): Lanes {
    const rows = this.#sql.exec<{ lane: string; live: number }>(COUNT_LANES).toArray();
    return new Lanes(new Map(rows.map(({ lane, live }) => [lane, live])));
  }
}
