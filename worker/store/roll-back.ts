// A plugin runs one of its kept versions again. Does not tell inboxes: the caller does.
import { fail, ok, type Result } from "../../schemas/result.ts";

interface Rollback {
  readonly pluginName: string;
  readonly versionId: string;
  readonly now: number;
  /** As in the audit: `key:<name>`. */
  readonly actor: string;
  readonly newId?: () => string;
}

/** Makes the version current; its manifest's own version comes back. Activations stay as they are. */
export async function rollBack(
  db: D1Database,
  { pluginName, versionId, now, actor, newId = () => crypto.randomUUID() }: Rollback,
): Promise<Result<{ readonly version: string }, "unknown_version" | "busy">> {
  const [selected, , updated] = await db.batch<{ version: string }>([
    db
      .prepare(
        `SELECT versions.version AS version FROM versions JOIN plugins ON plugins.id = versions.plugin_id
         WHERE versions.id = ?2 AND plugins.name = ?1 AND plugins.archived_at IS NULL`,
      )
      .bind(pluginName, versionId),
    db
      .prepare(
        `INSERT INTO audit (id, actor, action, plugin_name, detail, created_at)
         SELECT ?3, ?4, 'rolled_back', plugins.name, versions.version || ' (' || substr(versions.hash, 1, 12) || ')', ?5
         FROM plugins JOIN versions ON versions.plugin_id = plugins.id
         WHERE plugins.name = ?1 AND plugins.archived_at IS NULL AND plugins.status <> 'DEPLOYING' AND versions.id = ?2`,
      )
      .bind(pluginName, versionId, newId(), actor, now),
    db
      .prepare(
        `UPDATE plugins SET version_id = ?2, status = 'ACTIVE', updated_at = ?3
         WHERE name = ?1 AND archived_at IS NULL AND status <> 'DEPLOYING'
           AND id = (SELECT plugin_id FROM versions WHERE id = ?2)`,
      )
      .bind(pluginName, versionId, now),
  ]);
  const row = selected?.results[0];
  if (row === undefined) return fail("unknown_version");
  return (updated?.meta.changes ?? 0) > 0 ? ok({ version: row.version }) : fail("busy");
}
