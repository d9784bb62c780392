// Many rows with one statement, given to it as JSON arrays.
import { MAX_ROWS_PER_PARAMETER } from "../limits.ts";

/**
 * Runs `statement`, whose one parameter is a JSON array of rows. A project may have a thousand plugins, and their rows
 * together outgrow a SQLite value: as often as it takes.
 */
export function insertMany(sql: SqlStorage, statement: string, rows: readonly unknown[]): void {
  for (let at = 0; at < rows.length; at += MAX_ROWS_PER_PARAMETER)
    sql.exec(statement, JSON.stringify(rows.slice(at, at + MAX_ROWS_PER_PARAMETER)));
}
