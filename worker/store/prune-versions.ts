// Old versions of a plugin go, and their code with them where no other version has the same.
import { MAX_KEPT_VERSIONS } from "../limits.ts";

/** Keeps the newest versions, and whatever their age the one that runs. */
export async function pruneVersions(db: D1Database, pluginId: string, kept: number = MAX_KEPT_VERSIONS): Promise<void> {
  const old = `SELECT id FROM versions WHERE plugin_id = ?1
    AND id NOT IN (SELECT version_id FROM plugins WHERE id = ?1 AND version_id IS NOT NULL)
    AND id NOT IN (SELECT id FROM versions WHERE plugin_id = ?1 ORDER BY created_at DESC, id DESC LIMIT ?2)`;
  const statements = [
    `DELETE FROM artifact_chunks WHERE hash IN (SELECT hash FROM versions WHERE id IN (${old}))
       AND hash NOT IN (SELECT hash FROM versions WHERE id NOT IN (${old}))`,
    `DELETE FROM webhooks WHERE version_id IN (${old})`,
    `DELETE FROM versions WHERE id IN (${old})`,
  ];
  await db.batch(statements.map((statement) => db.prepare(statement).bind(pluginId, kept)));
}
