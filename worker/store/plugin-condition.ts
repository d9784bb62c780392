// Which plugins a filter means, for listing and counting alike.
import { and, eq, exists, isNull, sql, type SQL } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { activations, plugins } from "./registry-schema.ts";

/** Null leaves a field open. */
export interface PluginFilter {
  readonly id: string | null;
  readonly name: string | null;
  /** A project the plugin has an active row for. */
  readonly projectId: string | null;
}

/** The condition a filter stands for; archived plugins never match. */
export function pluginCondition(db: D1Database, { id, name, projectId }: PluginFilter): SQL | undefined {
  const activeThere = drizzle(db)
    .select({ one: sql`1` })
    .from(activations)
    .where(
      and(
        eq(activations.pluginId, plugins.id),
        eq(activations.projectId, projectId ?? ""),
        eq(activations.active, true),
      ),
    );
  return and(
    isNull(plugins.archivedAt),
    id === null ? undefined : eq(plugins.id, id),
    name === null ? undefined : eq(plugins.name, name),
    projectId === null ? undefined : exists(activeThere),
  );
}
