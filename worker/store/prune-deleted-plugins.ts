// Plugins that were deleted go for good: row, versions, code, addresses of webhooks. Their history is not theirs.

/** Removes at most `most` plugins that were deleted before `before` (epoch milliseconds); answers how many. */
export async function pruneDeletedPlugins(db: D1Database, before: number, most: number): Promise<number> {
  const { results } = await db
    .prepare("SELECT id FROM plugins WHERE archived_at IS NOT NULL AND archived_at < ?1 ORDER BY archived_at LIMIT ?2")
    .bind(before, most)
    .all<{ id: string }>();
  if (results.length === 0) return 0;
  const ids = JSON.stringify(results.map(({ id }) => id));
  const among = "IN (SELECT value FROM json_each(?1))";
  await db.batch(
    [
      // The same code may be another plugin's too: deleted and made anew, it has the same hash.
      `DELETE FROM artifact_chunks WHERE hash IN (SELECT hash FROM versions WHERE plugin_id ${among})
         AND hash NOT IN (SELECT hash FROM versions WHERE plugin_id NOT ${among})`,
      `DELETE FROM webhooks WHERE version_id IN (SELECT id FROM versions WHERE plugin_id ${among})`,
      `DELETE FROM versions WHERE plugin_id ${among}`,
      `DELETE FROM activations WHERE plugin_id ${among}`,
      `DELETE FROM plugins WHERE id ${among}`,
    ].map((statement) => db.prepare(statement).bind(ids)),
  );
  return results.length;
}
