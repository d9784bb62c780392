// What an inbox matches events against. Does not match: that is worker/dispatch's.
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { alias } from "drizzle-orm/sqlite-core";
import type { ActivatedPlugin } from "../../schemas/active-plugin.ts";
import { activations, plugins, versions } from "./registry-schema.ts";

/** Plugins with a current version that are active on the project, by name. The project's own row wins over "*". */
export async function listActivePlugins(db: D1Database, projectId: string): Promise<ActivatedPlugin[]> {
  const own = alias(activations, "own");
  const everywhere = alias(activations, "everywhere");
  return drizzle(db)
    .select({
      name: plugins.name,
      pluginId: plugins.id,
      versionId: versions.id,
      kind: versions.kind,
      hash: versions.hash,
      version: versions.version,
      manifest: versions.manifest,
      handlers: versions.handlers,
      shadow: sql`coalesce(${own.shadow}, ${everywhere.shadow}, 0)`.mapWith(Boolean),
    })
    .from(plugins)
    .innerJoin(versions, eq(versions.id, plugins.versionId))
    .leftJoin(own, and(eq(own.pluginId, plugins.id), eq(own.projectId, projectId)))
    .leftJoin(everywhere, and(eq(everywhere.pluginId, plugins.id), eq(everywhere.projectId, "*")))
    .where(and(isNull(plugins.archivedAt), sql`coalesce(${own.active}, ${everywhere.active}, 0)`))
    .orderBy(asc(plugins.name));
}
