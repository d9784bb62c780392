// An archive is there as a whole: its URL is used up.

/** Marks the upload as received, and forgets the archives the plugin had before. False if the URL is no longer open. */
export async function finishUpload(
  db: D1Database,
  { id, now, newId = () => crypto.randomUUID() }: { readonly id: string; readonly now: number; newId?: () => string },
): Promise<boolean> {
  const [received] = await db.batch([
    db
      .prepare("UPDATE uploads SET received_at = ?2 WHERE id = ?1 AND received_at IS NULL AND expires_at > ?2")
      .bind(id, now),
    db
      .prepare(
        `INSERT INTO audit (id, actor, action, plugin_name, detail, created_at)
         SELECT ?2, actor, 'uploaded', plugin_name,
           (SELECT coalesce(sum(length(content)), 0) || ' bytes' FROM archive_chunks WHERE upload_id = ?1), ?3
         FROM uploads WHERE id = ?1 AND received_at = ?3`,
      )
      .bind(id, newId(), now),
    db
      .prepare(
        `DELETE FROM uploads WHERE received_at < ?2
           AND plugin_name = (SELECT plugin_name FROM uploads WHERE id = ?1 AND received_at = ?2)`,
      )
      .bind(id, now),
    db.prepare("DELETE FROM archive_chunks WHERE upload_id NOT IN (SELECT id FROM uploads)"),
  ]);
  return (received?.meta.changes ?? 0) > 0;
}
