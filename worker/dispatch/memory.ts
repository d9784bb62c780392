// Small things an inbox must not forget when its process ends: its project, the plugins it knew, run ids it has seen.

export class Memory {
  readonly #sql: SqlStorage;

  /** Needs the journal's tables to be there. */
  constructor(storage: DurableObjectStorage) {
    this.#sql = storage.sql;
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

  /** The event a Kili run id already stands for, if it was seen. */
  findSeen(kiliRunId: string): string | null {
    const [row] = this.#sql.exec<{ event_id: string }>("SELECT event_id FROM seen WHERE kili_run_id = ?", kiliRunId);
    return row?.event_id ?? null;
  }

  /** Forgets Kili run ids seen before `before` (epoch milliseconds). */
  forgetSeen(before: number): void {
    this.#sql.exec("DELETE FROM seen WHERE at < ?", before);
  }
}
