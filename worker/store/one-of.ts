// "Column is one of these", for any number of values: D1 takes at most 100 parameters, and this needs one.
import { sql, type Column, type SQL } from "drizzle-orm";

/** The condition that `column` equals one of `values`. */
export function oneOf(column: Column, values: readonly string[]): SQL {
  return sql`${column} IN (SELECT value FROM json_each(${JSON.stringify(values)}))`;
}
