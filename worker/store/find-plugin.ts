// One registered plugin by the name people use for it.
import { and, eq, isNull } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { PluginRow } from "./list-plugins.ts";
import { plugins } from "./registry-schema.ts";

/** The plugin of that name; null when there is none, or it was archived. */
export async function findPlugin(db: D1Database, name: string): Promise<PluginRow | null> {
  const [plugin] = await drizzle(db)
    .select()
    .from(plugins)
    .where(and(eq(plugins.name, name), isNull(plugins.archivedAt)));
  return plugin ?? null;
}
