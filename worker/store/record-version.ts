// A built plugin enters the store. Does not make it the version events run on: that is makeCurrent,
// after the artifact has been seen to load.
import type { Artifact } from "../../schemas/artifact.ts";
import { MAX_ROW_BYTES } from "../limits.ts";
import { insertRows } from "./insert-rows.ts";
import { artifactChunks } from "./registry-schema.ts";
import { splitText } from "./split-text.ts";

/** Where the version was put. */
export interface RecordedVersion {
  readonly pluginId: string;
  readonly versionId: string;
}

interface NewVersion {
  readonly artifact: Artifact;
  readonly now: number;
  readonly newId?: () => string;
}

/** Stores plugin, version and code. The same artifact again gives the same ids and changes nothing. */
export async function recordVersion(
  db: D1Database,
  { artifact, now, newId = () => crypto.randomUUID() }: NewVersion,
): Promise<RecordedVersion> {
  const { hash, manifest, handlers } = artifact;
  const chunks = [...toChunks(hash, "code", artifact.code), ...toChunks(hash, "map", artifact.sourceMap)];
  const results = await db.batch<RecordedVersion>([
    db
      .prepare(
        `INSERT INTO plugins (id, name, status, created_at, updated_at) VALUES (?1, ?2, 'DEPLOYING', ?3, ?3)
         ON CONFLICT (name) WHERE archived_at IS NULL DO NOTHING`,
      )
      .bind(newId(), manifest.name, now),
    // One statement per chunk: together they may be more than a parameter holds.
    ...chunks.map((chunk) => insertRows(db, artifactChunks, [chunk], `("hash", "part", "position") DO NOTHING`)),
    db
      .prepare(
        `INSERT INTO versions (id, plugin_id, hash, version, manifest, handlers, created_at)
         SELECT ?1, id, ?2, ?3, ?4, ?5, ?6 FROM plugins WHERE name = ?7 AND archived_at IS NULL
         ON CONFLICT (plugin_id, hash) DO NOTHING`,
      )
      .bind(newId(), hash, manifest.version, JSON.stringify(manifest), JSON.stringify(handlers), now, manifest.name),
    db
      .prepare(
        `SELECT plugins.id AS pluginId, versions.id AS versionId FROM plugins
         JOIN versions ON versions.plugin_id = plugins.id
         WHERE plugins.name = ?1 AND plugins.archived_at IS NULL AND versions.hash = ?2`,
      )
      .bind(manifest.name, hash),
  ]);
  const recorded = results.at(-1)?.results[0];
  if (!recorded) throw new Error(`Cannot record plugin "${manifest.name}": version is absent after its insertion`);
  return recorded;
}

function toChunks(hash: string, part: "code" | "map", text: string): (typeof artifactChunks.$inferSelect)[] {
  return splitText(text, MAX_ROW_BYTES).map((content, position) => ({ hash, part, position, content }));
}
