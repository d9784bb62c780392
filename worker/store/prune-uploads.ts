// Upload URLs nobody can use any more go, with archives that nobody builds again. The archive that came last for a
// plugin that is there is what it can be built from anew: it stays.

/** Removes at most `most` uploads that ended before `before` (epoch milliseconds); answers how many. */
export async function pruneUploads(db: D1Database, before: number, most: number): Promise<number> {
  const { results } = await db
    .prepare(
      `SELECT id FROM uploads AS old WHERE expires_at < ?1 AND NOT EXISTS (
         SELECT 1 FROM plugins WHERE name = old.plugin_name AND archived_at IS NULL AND old.id = (
           SELECT id FROM uploads WHERE plugin_name = old.plugin_name AND received_at IS NOT NULL
           ORDER BY received_at DESC LIMIT 1))
       ORDER BY expires_at LIMIT ?2`,
    )
    .bind(before, most)
    .all<{ id: string }>();
  if (results.length === 0) return 0;
  const ids = JSON.stringify(results.map(({ id }) => id));
  await db.batch(
    ["archive_chunks WHERE upload_id", "uploads WHERE id"].map((place) =>
      db.prepare(`DELETE FROM ${place} IN (SELECT value FROM json_each(?1))`).bind(ids),
    ),
  );
  return results.length;
}
