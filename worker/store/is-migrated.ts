// Whether the database is at the level this Worker was written for. It applies nothing.
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import journal from "./migrations/meta/_journal.json" with { type: "json" };

/** True when the newest migration of this Worker is in wrangler's own table of those that were applied. */
export async function isMigrated(db: D1Database): Promise<boolean> {
  const newest = `${journal.entries.at(-1)?.tag}.sql`;
  try {
    return (await drizzle(db).get(sql`SELECT 1 FROM d1_migrations WHERE name = ${newest}`)) !== undefined;
  } catch (error) {
    // Before the first migration there is not even a table of them.
    if (`${String(error)} ${String((error as Error).cause)}`.includes("no such table")) return false;
    throw error;
  }
}
