// What the history refused by itself: kept apart from what waits for its hand-over, so that it holds up nothing, and
// tried again now and then. Does not hand anything over.
import { SET_ASIDE_RETRY_MS } from "../limits.ts";
import type { FlushBatch } from "../store/flush-batch.ts";

const NOTHING: FlushBatch = { events: [], deliveries: [], runs: [], logs: [], audit: [], pauses: [], settled: [] };

export interface AsideBatch {
  readonly seq: number;
  readonly batch: FlushBatch;
}

export class SetAside {
  readonly #sql: SqlStorage;
  readonly #now: () => number;

  /** Needs the journal's tables to be there. */
  constructor(storage: DurableObjectStorage, now: () => number) {
    this.#sql = storage.sql;
    this.#now = now;
  }

  /** When the next one is to be tried again; null when there is none. */
  get nextDueAt(): number | null {
    return this.#sql.exec<{ at: number | null }>("SELECT MIN(due_at) AS at FROM set_aside").one().at;
  }

  /** True when it is the first. */
  add(batch: FlushBatch, reason: string): boolean {
    const isFirst = this.nextDueAt === null;
    // Empty lists are left out: it must fit a row, as what it was made of does.
    const filled = Object.fromEntries(Object.entries(batch).filter(([, rows]: [string, unknown[]]) => rows.length > 0));
    this.#sql.exec("INSERT INTO set_aside VALUES (NULL, ?, ?, ?)", JSON.stringify(filled), reason, this.#dueAt());
    return isFirst;
  }

  /** One that is to be tried again now; null when there is none. */
  nextDue(): AsideBatch | null {
    const query = "SELECT seq, batch FROM set_aside WHERE due_at <= ? ORDER BY due_at LIMIT 1";
    const [row] = this.#sql.exec<{ seq: number; batch: string }>(query, this.#now()).toArray();
    return row === undefined
      ? null
      : { seq: row.seq, batch: { ...NOTHING, ...(JSON.parse(row.batch) as Partial<FlushBatch>) } };
  }

  /** It was refused again. */
  postpone(seq: number): void {
    this.#sql.exec("UPDATE set_aside SET due_at = ? WHERE seq = ?", this.#dueAt(), seq);
  }

  forget(seq: number): void {
    this.#sql.exec("DELETE FROM set_aside WHERE seq = ?", seq);
  }

  #dueAt(): number {
    return this.#now() + SET_ASIDE_RETRY_MS;
  }
}
