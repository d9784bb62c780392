// A recorded version becomes the one that events run on, from the next event on.
// Does not tell inboxes: the caller does, once this is done.
import { insertRows } from "./insert-rows.ts";
import { activations } from "./registry-schema.ts";

interface CurrentVersion {
  readonly pluginId: string;
  readonly versionId: string;
  /** The manifest's `projects`. */
  readonly projects: readonly string[];
  /** How it starts there. */
  readonly shadow?: boolean;
  readonly now: number;
  /** As in the audit: `deploy` or `key:<name>`. */
  readonly actor?: string;
  /** What it may do that the version before it might not, in the manifest's words. */
  readonly widening?: readonly string[];
  readonly newId?: () => string;
}

/**
 * Sets the plugin's version, marks it ACTIVE and activates it where its manifest says. Activations that are
 * there already stay as they are, so a redeploy never undoes an operator's deactivation.
 */
export async function makeCurrent(
  db: D1Database,
  {
    pluginId,
    versionId,
    projects,
    shadow = false,
    now,
    actor = "deploy",
    widening = [],
    newId = () => crypto.randomUUID(),
  }: CurrentVersion,
): Promise<void> {
  const rows = projects.map((projectId) => ({ pluginId, projectId, active: true, shadow, updatedAt: now }));
  await db.batch([
    // Before the update, while it can still be seen whether anything changes: each start registers everything again.
    db
      .prepare(
        `INSERT INTO audit (id, actor, action, plugin_name, detail, created_at)
         SELECT ?1, ?2, 'registered', plugins.name, versions.version || ' (' || substr(versions.hash, 1, 12) || ')' || ?6, ?3
         FROM plugins JOIN versions ON versions.id = ?5
         WHERE plugins.id = ?4 AND (plugins.version_id IS NOT ?5 OR plugins.status <> 'ACTIVE')`,
      )
      .bind(newId(), actor, now, pluginId, versionId, widening.length === 0 ? "" : `; may now: ${widening.join(", ")}`),
    db
      .prepare(
        `UPDATE plugins SET version_id = ?2, status = 'ACTIVE', updated_at = ?3
         WHERE id = ?1 AND (version_id IS NOT ?2 OR status <> 'ACTIVE')`,
      )
      .bind(pluginId, versionId, now),
    insertRows(db, activations, rows, `("plugin_id", "project_id") DO NOTHING`),
  ]);
}
