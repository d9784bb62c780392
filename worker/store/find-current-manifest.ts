// What the version that a plugin runs now may do, and all else its manifest says.
import { and, eq, isNull } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { Manifest } from "../../schemas/manifest.ts";
import { plugins, versions } from "./registry-schema.ts";

/** The manifest of the plugin's current version; null if no version of it has loaded. */
export async function findCurrentManifest(db: D1Database, name: string): Promise<Manifest | null> {
  const [row] = await drizzle(db)
    .select({ manifest: versions.manifest })
    .from(plugins)
    .innerJoin(versions, eq(versions.id, plugins.versionId))
    .where(and(eq(plugins.name, name), isNull(plugins.archivedAt)));
  return row?.manifest ?? null;
}
