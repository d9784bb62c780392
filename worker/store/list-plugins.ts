// Registered plugins, whatever their status. Which of them run on a project is listActivePlugins.
import { asc } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { Page } from "./page.ts";
import { pluginCondition, type PluginFilter } from "./plugin-condition.ts";
import { plugins } from "./registry-schema.ts";

export type PluginRow = typeof plugins.$inferSelect;

/** Plugins by name. */
export function listPlugins(db: D1Database, filter: PluginFilter, page: Page): Promise<PluginRow[]> {
  return drizzle(db)
    .select()
    .from(plugins)
    .where(pluginCondition(db, filter))
    .orderBy(asc(plugins.name))
    .limit(page.first)
    .offset(page.skip);
}
