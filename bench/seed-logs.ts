// Fills the log of a database no host runs on yet, in one statement: a row at a time would take the afternoon.
import { DatabaseSync } from "node:sqlite";
import { databaseFile } from "./history.ts";

export interface SeededLogs {
  readonly rows: number;
  /** The plugin and project that every second line is of; the others are spread over others. */
  readonly pluginName: string;
  readonly projectId: string;
  /** When the first line was written, epoch milliseconds; one follows each millisecond. */
  readonly since: number;
}

/** Writes the lines. */
export function seedLogs(dataDir: string, { rows, pluginName, projectId, since }: SeededLogs): void {
  const db = new DatabaseSync(databaseFile(dataDir));
  try {
    db.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1)
       INSERT INTO logs (run_id, line, plugin_name, project_id, asset_id, label_id, log_type, content, created_at)
       SELECT printf('run_%08x', i / 4), i % 4,
         CASE i % 2 WHEN 0 THEN ?2 ELSE 'other-' || (i % 20) END,
         CASE i % 2 WHEN 0 THEN ?3 ELSE 'project-' || (i % 20) END,
         'asset-' || i, 'label-' || i, 'info',
         'There are too many boxes of CAR: ' || i || ', at most 1 accepted ' || hex(randomblob(40)), ?4 + i
       FROM n`,
    ).run(rows, pluginName, projectId, since);
  } finally {
    db.close();
  }
}
