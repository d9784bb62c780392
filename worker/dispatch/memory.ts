// Small things an inbox must not forget when its process ends: its project, the plugins it knew, run ids it has seen.
import { AMONG } from "./journal-tables.ts";

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

  /** Everything remembered whose key starts so. */
  listKeys(prefix: string): string[] {
    const query = "SELECT key FROM remembered WHERE substr(key, 1, length(?1)) = ?1";
    return this.#sql
      .exec<{ key: string }>(query, prefix)
      .toArray()
      .map(({ key }) => key);
  }

  forget(keys: readonly string[]): void {
    this.#sql.exec(`DELETE FROM remembered WHERE key ${AMONG}`, JSON.stringify(keys));
  }

  /** The events that Kili run ids already stand for, of those that were seen. */
  findSeen(kiliRunIds: readonly string[]): Map<string, string> {
    const query = `SELECT kili_run_id, event_id FROM seen WHERE kili_run_id ${AMONG}`;
    const rows = this.#sql.exec<{ kili_run_id: string; event_id: string }>(query, JSON.stringify(kiliRunIds)).toArray();
    return new Map(rows.map((row) => [row.kili_run_id, row.event_id]));
  }

  /** Forgets at most `most` Kili run ids seen before `before` (epoch milliseconds); true when more may be left. */
  forgetSeen(before: number, most: number): boolean {
    const old = "SELECT kili_run_id FROM seen WHERE at < ? ORDER BY at LIMIT ?";
    const gone = this.#sql.exec(`DELETE FROM seen WHERE kili_run_id IN (${old}) RETURNING 1`, before, most);
    return gone.toArray().length === most;
  }
}
