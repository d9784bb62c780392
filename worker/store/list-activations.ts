// Where plugins are turned on and off, for several plugins in one statement.
import { asc } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { oneOf } from "./one-of.ts";
import { activations } from "./registry-schema.ts";

export type ActivationRow = typeof activations.$inferSelect;

/** All activations of the plugins, by plugin and within it by project. */
export function listActivations(db: D1Database, pluginIds: readonly string[]): Promise<ActivationRow[]> {
  return drizzle(db)
    .select()
    .from(activations)
    .where(oneOf(activations.pluginId, pluginIds))
    .orderBy(asc(activations.pluginId), asc(activations.projectId));
}
