// The journal's way out: finished runs and events the history does not have yet, kept until it has them.
import type { NewDelivery } from "./journal.ts";
import type { FinishedRows } from "./finished-rows.ts";
import { execAmong } from "./exec-among.ts";
import { AMONG, AT_MOST, DEAD, type StorableEvent } from "./journal-tables.ts";

export interface UnflushedRun {
  readonly seq: number;
  readonly eventSeq: number;
  readonly rows: FinishedRows;
}

export interface UnstoredEvent extends StorableEvent {
  readonly seq: number;
  /** Its deliveries that have not ended yet. */
  readonly waiting: readonly (Omit<NewDelivery, "dead" | "lane"> & { readonly dueAt: number })[];
}

/** An event is over when D1 has it and no delivery of it is left, be it waiting, under way or dead. */
const FORGET = `DELETE FROM event WHERE seq ${AMONG} AND seq NOT IN (SELECT event_seq FROM unstored)
AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.event_seq = event.seq)
RETURNING seq, body IS NULL AS chunked`;

const UNSTORED_AMONG = `SELECT event_seq AS seq, row FROM unstored WHERE event_seq ${AMONG} ${AT_MOST}`;
const OLDEST_UNSTORED = "SELECT received_at AS at FROM unstored ORDER BY event_seq LIMIT 1";
const UNSTORED_BEFORE = `SELECT event_seq AS seq, row FROM unstored
WHERE received_at < ? AND event_seq NOT ${AMONG} ORDER BY event_seq ${AT_MOST}`;

export class Outbox {
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;

  /** Needs the journal's tables to be there. */
  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
  }

  /** Takes news that belong to no run: of pauses, of dead letters, of deliveries that were never run. */
  add(news: Partial<FinishedRows>): void {
    const rows: FinishedRows = { runs: [], deliveries: [], logs: [], audit: [], ...news };
    this.#sql.exec("INSERT INTO finished (event_seq, rows) VALUES (0, ?)", JSON.stringify(rows));
  }

  /** The oldest finished runs, as many as fit. */
  listUnflushedRuns(mostRuns: number, mostChars: number): UnflushedRun[] {
    const runs: UnflushedRun[] = [];
    let chars = 0;
    const query = `SELECT seq, event_seq, rows FROM finished ORDER BY seq ${AT_MOST}`;
    for (const row of this.#sql.exec<{ seq: number; event_seq: number; rows: string }>(query, mostRuns)) {
      chars += row.rows.length;
      if (runs.length > 0 && chars > mostChars) break;
      const rows = JSON.parse(row.rows) as FinishedRows;
      runs.push({ seq: row.seq, eventSeq: row.event_seq, rows });
    }
    return runs;
  }

  /** Events that D1 does not have yet: those of `eventSeqs`, and those received before `before`. */
  listUnstoredEvents(eventSeqs: readonly number[], before: number, most: number): UnstoredEvent[] {
    const named = JSON.stringify(eventSeqs);
    const rows = this.#sql.exec<UnstoredRow>(UNSTORED_AMONG, named, most).toArray();
    const [oldest] = this.#sql.exec<{ at: number }>(OLDEST_UNSTORED).toArray();
    // Looked through only when there are such: a busy inbox may have thousands that wait for their run.
    const isDue = oldest !== undefined && oldest.at < before;
    if (isDue) rows.push(...this.#sql.exec<UnstoredRow>(UNSTORED_BEFORE, before, named, most - rows.length).toArray());
    const events = rows
      .sort((one, other) => one.seq - other.seq)
      .map(({ seq, row }) => ({ seq, ...(JSON.parse(row) as StorableEvent) }));
    const waiting = Map.groupBy(
      this.#listWaiting(events.filter(({ deliveryCount }) => deliveryCount > 0).map(({ seq }) => seq)),
      ({ eventSeq }) => eventSeq,
    );
    return events.map((event) => ({ ...event, waiting: waiting.get(event.seq) ?? [] }));
  }

  /**
   * D1 has these now: forgets the runs and, unless they are kept, the events nothing is left to do for. What a failure
   * leaves is handed over once more.
   */
  forget(runs: readonly UnflushedRun[], eventSeqs: readonly number[], keepsPayloads: boolean): void {
    const runSeqs = runs.map((run) => run.seq);
    execAmong(this.#sql, "DELETE FROM finished WHERE seq", runSeqs);
    execAmong(this.#sql, "DELETE FROM unstored WHERE event_seq", eventSeqs);
    if (keepsPayloads) return;
    const touched = JSON.stringify([...new Set([...eventSeqs, ...runs.map((run) => run.eventSeq)])]);
    this.#storage.transactionSync(() => this.#forgetOver(touched));
  }

  #forgetOver(touched: string): void {
    const forgotten = this.#sql.exec<{ seq: number; chunked: number }>(FORGET, touched).toArray();
    const chunked = forgotten.filter((event) => event.chunked === 1).map((event) => event.seq);
    if (chunked.length > 0) this.#sql.exec(`DELETE FROM body_chunk WHERE event_seq ${AMONG}`, JSON.stringify(chunked));
  }

  /** The newest finished run; 0 when there is none. */
  lastUnflushedSeq(): number {
    return this.#sql.exec<{ seq: number | null }>("SELECT MAX(seq) AS seq FROM finished").one().seq ?? 0;
  }

  /** Whether anything is left that must reach D1. */
  hasUnflushed(): boolean {
    const query = "SELECT EXISTS (SELECT 1 FROM finished) OR EXISTS (SELECT 1 FROM unstored) AS left";
    return this.#sql.exec<{ left: number }>(query).one().left === 1;
  }

  #listWaiting(eventSeqs: readonly number[]): Waiting[] {
    const query = `SELECT event_seq AS eventSeq, id, plugin AS pluginName, version_id AS versionId, due_at AS dueAt FROM delivery WHERE state <> ? AND event_seq ${AMONG}`;
    return this.#sql.exec<Waiting>(query, DEAD, JSON.stringify(eventSeqs)).toArray();
  }
}

interface Waiting extends Record<string, SqlStorageValue> {
  eventSeq: number;
  id: string;
  pluginName: string;
  versionId: string;
  dueAt: number;
}

interface UnstoredRow extends Record<string, SqlStorageValue> {
  seq: number;
  row: string;
}
