// A build whose process died leaves its plugin DEPLOYING. This ends such builds; it starts none again.
import { BUILD_LEASE_MS } from "../limits.ts";

const MESSAGE = `Cannot build plugin: found no end of the build after ${BUILD_LEASE_MS / 1000} s, wanted one; upload it again`;

/** Marks as FAILED, with a build error that says so, every plugin that has been DEPLOYING for too long. */
export async function expireBuilds(db: D1Database, now: number): Promise<void> {
  const dead = "status = 'DEPLOYING' AND archived_at IS NULL AND updated_at <= ?1";
  await db.batch([
    db
      .prepare(
        `INSERT INTO build_errors (plugin_name, file, message, created_at)
         SELECT name, NULL, ?3, ?2 FROM plugins WHERE ${dead}`,
      )
      .bind(now - BUILD_LEASE_MS, now, MESSAGE),
    db.prepare(`UPDATE plugins SET status = 'FAILED', updated_at = ?2 WHERE ${dead}`).bind(now - BUILD_LEASE_MS, now),
  ]);
}
