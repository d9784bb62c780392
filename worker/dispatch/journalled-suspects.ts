// The journal's deliveries that a process died under, as far as they wait or run alone. Decides nothing.
import { SELECT_CLAIMED, toClaimed, type ClaimedDelivery, type ClaimedRow } from "./claimed-delivery.ts";
import { PENDING, RUNNING, SUSPECT } from "./journal-tables.ts";

/** A suspect that waits. */
export interface Suspect {
  readonly seq: number;
  readonly pluginName: string;
  readonly versionId: string;
  readonly bodyBytes: number;
  /** Processes that ended under it. */
  readonly deaths: number;
}

/** As many as may have been under way in one inbox. */
const MOST = 100;

const NEXT_DUE_AT = `SELECT MIN(due_at) AS at FROM delivery WHERE state = ${SUSPECT}`;
// The last one started comes first: had one of the others been to blame, it would not have started.
const LIST_DUE = `
SELECT d.seq, d.plugin AS pluginName, d.version_id AS versionId, e.body_bytes AS bodyBytes, d.deaths
FROM delivery d JOIN event e ON e.seq = d.event_seq
WHERE d.state = ${SUSPECT} AND d.due_at <= ? ORDER BY d.due_at DESC, d.seq LIMIT ${MOST}`;
const RUNNING_SINCE = `SELECT MIN(due_at) AS at FROM delivery WHERE state = ${RUNNING}`;
const CLAIM = `
UPDATE delivery SET state = ${RUNNING}, attempt = attempt + 1, due_at = ?, alone = ? WHERE seq = ? AND state = ${SUSPECT}`;
const SUSPECT_FIRST = `
UPDATE delivery SET state = ${SUSPECT}, deaths = 1 WHERE seq = (
  SELECT seq FROM delivery WHERE state = ${PENDING} AND version_id = ? AND due_at <= ? ORDER BY due_at, seq LIMIT 1)
RETURNING seq`;

export class JournalledSuspects {
  readonly #sql: SqlStorage;

  /** Needs the journal's tables to be there. */
  constructor(storage: DurableObjectStorage) {
    this.#sql = storage.sql;
  }

  /** When the first one is due; null when none waits. */
  nextDueAt(): number | null {
    return this.#sql.exec<{ at: number | null }>(NEXT_DUE_AT).one().at;
  }

  /** When the first of those marked as running was started; null when there is none. */
  runningSince(): number | null {
    return this.#sql.exec<{ at: number | null }>(RUNNING_SINCE).one().at;
  }

  /** Those that are due, the most suspicious first. */
  listDue(now: number): Suspect[] {
    return this.#sql.exec<Suspect & Record<string, SqlStorageValue>>(LIST_DUE, now).toArray();
  }

  /** Marks one as running. `alone` says that nothing runs beside it, which is on disk if the process ends. */
  claim(seq: number, now: number, alone: boolean): ClaimedDelivery {
    this.#sql.exec(CLAIM, now, alone ? 1 : 0, seq);
    return toClaimed(this.#sql.exec<ClaimedRow>(`${SELECT_CLAIMED}WHERE d.seq = ?`, seq).one());
  }

  /** From now on it has others beside it. */
  share(seq: number): void {
    this.#sql.exec("UPDATE delivery SET alone = 0 WHERE seq = ?", seq);
  }

  /** Makes the first due delivery of a version a suspect; false when there is none. */
  suspectFirst(versionId: string, now: number): boolean {
    return this.#sql.exec(SUSPECT_FIRST, versionId, now).toArray().length > 0;
  }
}
