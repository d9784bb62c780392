// Which artifact each plugin runs now. Does not read the artifacts.
import { and, eq, isNull } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { plugins, versions } from "./registry-schema.ts";

/** Hash of the current version by plugin name, of plugins whose last build succeeded. */
export async function listCurrentHashes(db: D1Database): Promise<Map<string, string>> {
  const rows = await drizzle(db)
    .select({ name: plugins.name, hash: versions.hash })
    .from(plugins)
    .innerJoin(versions, eq(versions.id, plugins.versionId))
    .where(and(eq(plugins.status, "ACTIVE"), isNull(plugins.archivedAt)));
  return new Map(rows.map((row) => [row.name, row.hash]));
}
