// How many plugins are registered.
import { drizzle } from "drizzle-orm/d1";
import { pluginCondition, type PluginFilter } from "./plugin-condition.ts";
import { plugins } from "./registry-schema.ts";

/** The number of plugins a filter means. */
export function countPlugins(db: D1Database, filter: PluginFilter): Promise<number> {
  return drizzle(db).$count(plugins, pluginCondition(db, filter));
}
