// Rows by their ids, many at once, so that a reader of nested lists needs one statement per level.
import { drizzle } from "drizzle-orm/d1";
import { oneOf } from "./one-of.ts";
import type { deliveries, events, runs } from "./history-schema.ts";
import type { versions } from "./registry-schema.ts";

type TableWithId = typeof deliveries | typeof events | typeof runs | typeof versions;

/** The rows that exist, by id. */
export async function findByIds<Table extends TableWithId>(
  db: D1Database,
  table: Table,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Table["$inferSelect"]>> {
  const rows = await drizzle(db).select().from(table).where(oneOf(table.id, ids));
  // Drizzle's type for the rows of a table that is still a type parameter cannot be resolved any further.
  const typed = rows as unknown as Table["$inferSelect"][];
  return new Map(typed.map((row) => [row.id, row]));
}
