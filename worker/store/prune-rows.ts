// Deletes what is older than its age from the tables whose rows stand for themselves, the oldest first and not more at
// once than a database that is busy with events can bear. What belongs together goes together elsewhere: pruneEvents,
// pruneDeletedPlugins, pruneUploads.
import { HOUR_MS, MINUTE_MS } from "../limits.ts";

/** Tables, and of one of them each grain of time. */
export type PrunedTable = "audit" | "build_errors" | "logs" | "minute_rollups" | "hour_rollups";

const byGrain = (grainMs: number): string => `
  DELETE FROM rollups WHERE rowid IN (
    SELECT rowid FROM rollups WHERE grain_ms = ${grainMs} AND bucket_at < ?1 ORDER BY bucket_at LIMIT ?2)`;

const STATEMENTS: Readonly<Record<PrunedTable, string>> = {
  audit: `
    DELETE FROM audit WHERE rowid IN (
      SELECT rowid FROM audit WHERE created_at < ?1 ORDER BY created_at LIMIT ?2)`,
  // What the newest build of a plugin that is FAILED complains of is what its author looks for, however old.
  build_errors: `
    DELETE FROM build_errors WHERE id IN (
      SELECT id FROM build_errors AS old WHERE created_at < ?1 AND NOT EXISTS (
        SELECT 1 FROM plugins WHERE name = old.plugin_name AND archived_at IS NULL AND status = 'FAILED'
          AND old.created_at = (SELECT max(created_at) FROM build_errors WHERE plugin_name = old.plugin_name))
      ORDER BY created_at LIMIT ?2)`,
  // By number, which grows with time as lines do but for minutes: an index by time would cost a row for each line.
  logs: `
    DELETE FROM logs WHERE id IN (SELECT id FROM logs ORDER BY id LIMIT ?2) AND created_at < ?1`,
  minute_rollups: byGrain(MINUTE_MS),
  hour_rollups: byGrain(HOUR_MS),
};

/** Deletes at most `most` rows from before `before` (epoch milliseconds); answers how many. */
export async function pruneRows(db: D1Database, table: PrunedTable, before: number, most: number): Promise<number> {
  const { meta } = await db.prepare(STATEMENTS[table]).bind(before, most).run();
  return meta.changes;
}
