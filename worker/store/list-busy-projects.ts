// Projects whose inboxes may have something to do. An inbox that has been idle for long is not among them, so that
// asking how things are wakes none of those.
import { HOUR_MS } from "../limits.ts";

/**
 * Projects an event came from since `since` (epoch milliseconds), and those with older deliveries still pending:
 * at most `most`, in order of their ids.
 */
export async function listBusyProjects(db: D1Database, since: number, most: number): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT project_id AS id FROM rollups
         WHERE grain_ms = ${HOUR_MS} AND bucket_at >= ?1 - ?1 % ${HOUR_MS} AND kind = 'event'
       UNION SELECT project_id FROM deliveries WHERE state = 'pending' AND state <> 'done' AND created_at < ?1
       UNION SELECT id FROM projects WHERE first_seen_at >= ?1
       ORDER BY 1 LIMIT ?2`,
    )
    .bind(since, most)
    .all<{ id: string }>();
  return results.map(({ id }) => id);
}
