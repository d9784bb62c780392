// A plugin is deleted: its history stays, its name is free. Does not tell inboxes: the caller does.

interface Deletion {
  readonly pluginId: string;
  readonly now: number;
  /** As in the audit: `key:<name>`. */
  readonly actor: string;
  readonly newId?: () => string;
}

/** Archives the plugin, with its activations and uploads gone. Archiving it again changes nothing. */
export async function archivePlugin(
  db: D1Database,
  { pluginId, now, actor, newId = () => crypto.randomUUID() }: Deletion,
): Promise<void> {
  const live = "SELECT name FROM plugins WHERE id = ?1 AND archived_at IS NULL";
  await db.batch([
    db
      .prepare(
        `INSERT INTO audit (id, actor, action, plugin_name, detail, created_at)
         SELECT ?2, ?3, 'deleted', name, '', ?4 FROM plugins WHERE id = ?1 AND archived_at IS NULL`,
      )
      .bind(pluginId, newId(), actor, now),
    db
      .prepare(`DELETE FROM archive_chunks WHERE upload_id IN (SELECT id FROM uploads WHERE plugin_name IN (${live}))`)
      .bind(pluginId),
    db.prepare(`DELETE FROM uploads WHERE plugin_name IN (${live})`).bind(pluginId),
    db.prepare("DELETE FROM activations WHERE plugin_id = ?1").bind(pluginId),
    db
      .prepare("UPDATE plugins SET archived_at = ?2, updated_at = ?2 WHERE id = ?1 AND archived_at IS NULL")
      .bind(pluginId, now),
  ]);
}
