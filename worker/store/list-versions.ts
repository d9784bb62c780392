// Recorded versions of several plugins in one statement, a page of each.
import { asc, getTableColumns, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { oneOf } from "./one-of.ts";
import type { Page } from "./page.ts";
import { versions } from "./registry-schema.ts";

export type VersionRow = typeof versions.$inferSelect;

/** One page of each plugin's versions, by plugin and within it newest first. */
export async function listVersions(db: D1Database, pluginIds: readonly string[], page: Page): Promise<VersionRow[]> {
  const database = drizzle(db);
  const place = sql<number>`row_number() OVER (PARTITION BY plugin_id ORDER BY created_at DESC, id DESC)`.as("place");
  const ranked = database
    .select({ ...getTableColumns(versions), place })
    .from(versions)
    .where(oneOf(versions.pluginId, pluginIds))
    .as("ranked");
  return database
    .select()
    .from(ranked)
    .where(sql`place > ${page.skip} AND place <= ${page.skip + page.first}`)
    .orderBy(asc(ranked.pluginId), asc(ranked.place));
}
