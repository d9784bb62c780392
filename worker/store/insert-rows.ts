// Many rows into one table with one statement and one parameter, because D1 takes at most 100 parameters.
// Does not run the statement, so that several can share one transaction.
import { getTableColumns, getTableName } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";

/** A row as the table gives it back, without a number that SQLite assigns itself. */
type NewRow<Table extends SQLiteTable> = Table["$inferSelect"] extends { id: number }
  ? Omit<Table["$inferSelect"], "id">
  : Table["$inferSelect"];

/** Prepares the insertion of `rows`. `onConflict` is the SQL that follows `ON CONFLICT`; it may name `excluded`. */
export function insertRows<Table extends SQLiteTable>(
  db: D1Database,
  table: Table,
  rows: readonly NewRow<Table>[],
  onConflict: string,
): D1PreparedStatement {
  const columns = Object.entries(getTableColumns(table)).filter(([, column]) => !assignedBySqlite(column));
  const names = columns.map(([, column]) => `"${column.name}"`);
  const values = columns.map((_, position) => `value ->> ${position}`);
  // `jsonb_each` gives a row as SQLite has parsed it: as text, writing and parsing it again took half of the
  // statement's time. `WHERE true` keeps SQLite from reading ON CONFLICT as a join's ON.
  const statement =
    `INSERT INTO "${getTableName(table)}" (${names.join(", ")}) ` +
    `SELECT ${values.join(", ")} FROM jsonb_each(?1) WHERE true ON CONFLICT ${onConflict}`;
  const tuples = rows.map((row: Record<string, unknown>) => columns.map(([key]) => row[key] ?? null));
  return db.prepare(statement).bind(JSON.stringify(tuples));
}

function assignedBySqlite(column: { readonly primary: boolean; readonly dataType: string }): boolean {
  return column.primary && column.dataType === "number";
}
