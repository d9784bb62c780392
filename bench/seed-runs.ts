// Fills the history of a database no host runs on yet with events, deliveries and runs, their sums, dead letters and
// changes, as many inboxes would have left them. In bulk: through the store it would take the afternoon.
import { DatabaseSync } from "node:sqlite";
import { DURATION_BOUNDS_MS, HOUR_MS, MINUTE_MS } from "../worker/limits.ts";
import { databaseFile } from "./history.ts";

export interface SeededRuns {
  readonly runs: number;
  readonly plugins: readonly string[];
  readonly projects: number;
  /** When the last one ended, epoch milliseconds, and how long all of it took. */
  readonly until: number;
  readonly spanMs: number;
}

const RUNS_PER_EVENT = 4;
const LINES_PER_RUN = 2;
/** One in so many runs fails, and its delivery is dead. */
const FAILS = 200;
const CHANGES = 2_000;

/** Writes it all. */
export function seedRuns(dataDir: string, { runs, plugins, projects, until, spanMs }: SeededRuns): void {
  const db = new DatabaseSync(databaseFile(dataDir));
  const events = Math.floor(runs / RUNS_PER_EVENT);
  const numbers = (count: number): string =>
    `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${count})`;
  const at = `${until - spanMs} + CAST(i AS REAL) / ${events} * ${spanMs}`;
  const ofEvent = at.replace("CAST(i AS REAL)", `CAST(i / ${RUNS_PER_EVENT} AS REAL)`);
  const plugin = `json_extract(?1, '$[' || (i % ${plugins.length}) || ']')`;
  const failed = `i % ${FAILS} = 7`;
  const outcome = `CASE WHEN ${failed} THEN '{"type":"threw","name":"Error","message":"no boxes","stack":null}' ELSE '{"type":"ok","result":null}' END`;
  const type = `CASE WHEN ${failed} THEN 'threw' ELSE 'ok' END`;
  const project = `'project-' || (i / ${RUNS_PER_EVENT} % ${projects})`;
  const event = `printf('ev_%08x', i / ${RUNS_PER_EVENT})`;
  const names = JSON.stringify(plugins);
  try {
    db.exec("BEGIN");
    db.exec(
      `${numbers(projects)} INSERT OR IGNORE INTO projects (id, first_seen_at) SELECT 'project-' || i, ${until} FROM n`,
    );
    db.exec(`${numbers(events)}
      INSERT INTO events (id, project_id, type, kili_run_id, asset_id, label_id, payload_bytes, delivery_count, received_at)
      SELECT printf('ev_%08x', i), 'project-' || (i % ${projects}), 'onSubmit', 'kili-' || i, 'asset-' || i, 'label-' || i,
        4096, ${RUNS_PER_EVENT}, CAST(${at} AS INTEGER) FROM n`);
    db.prepare(
      `${numbers(runs)}
      INSERT INTO deliveries (id, event_id, project_id, plugin_name, version_id, state, attempts, last_outcome, dead_reason, created_at, updated_at)
      SELECT printf('dl_%08x', i), ${event}, ${project}, ${plugin}, 'version', CASE WHEN ${failed} THEN 'dead' ELSE 'done' END,
        1, ${type}, CASE WHEN ${failed} THEN 'failed' END, CAST(${ofEvent} AS INTEGER), CAST(${ofEvent} AS INTEGER) + 30 FROM n`,
    ).run(names);
    db.prepare(
      `${numbers(runs)}
      INSERT INTO runs (id, delivery_id, event_id, project_id, plugin_name, version_id, attempt, outcome_type, outcome, started_at, wall_ms, cpu_ms, calls, dry_run, cold_start)
      SELECT printf('run_%08x', i), printf('dl_%08x', i), ${event}, ${project}, ${plugin}, 'version', 1, ${type}, ${outcome},
        CAST(${ofEvent} AS INTEGER) + 5, 3 + i % 60, NULL,
        '[{"kind":"kili","target":"createIssues","result":"ok","startedAt":0,"ms":12,"detail":null}]', 0, 0 FROM n`,
    ).run(names);
    db.prepare(
      `${numbers(runs * LINES_PER_RUN)}
      INSERT INTO logs (run_id, line, plugin_name, project_id, asset_id, label_id, log_type, content, created_at)
      SELECT printf('run_%08x', i / ${LINES_PER_RUN}), i % ${LINES_PER_RUN}, ${plugin}, 'project-0', NULL, NULL, 'info',
        'There are too many boxes of CAR: ' || i || ', at most 1 accepted', ${until} FROM n`,
    ).run(names);
    db.prepare(
      `${numbers(CHANGES)}
      INSERT INTO audit (id, actor, action, plugin_name, project_id, run_id, detail, created_at)
      SELECT 'audit-' || i, 'deploy', CASE WHEN i % 3 = 0 THEN 'refused' ELSE 'registered' END, ${plugin}, NULL, NULL,
        '1.0.' || i, ${until} - i * 1000 FROM n`,
    ).run(names);
    for (const grain of [MINUTE_MS, HOUR_MS]) sumUp(db, grain);
    db.exec("COMMIT");
  } finally {
    db.close();
  }
}

/** The rows of one grain, as record-rollups.ts would have added them up. */
function sumUp(db: DatabaseSync, grain: number): void {
  const bounds = [0, ...DURATION_BOUNDS_MS];
  const columns = [...DURATION_BOUNDS_MS.map((bound) => `le_${bound}`), "le_inf"];
  const sums = bounds.map((above, index) => {
    const most = DURATION_BOUNDS_MS[index];
    return `sum(ms > ${above}${most === undefined ? "" : ` AND ms <= ${most}`})`;
  });
  const insert = (kind: string, from: string): void =>
    db.exec(`INSERT INTO rollups (grain_ms, bucket_at, project_id, plugin_name, kind, outcome, count, retries, cold_starts, sum_ms, ${columns.join(", ")})
      SELECT ${grain}, at - at % ${grain}, project, plugin, '${kind}', outcome, count(*), 0, 0, sum(ms), ${sums.join(", ")}
      FROM (${from}) GROUP BY 2, 3, 4, 6`);
  insert(
    "event",
    "SELECT received_at AS at, project_id AS project, '' AS plugin, 'matched' AS outcome, 0 AS ms FROM events",
  );
  insert(
    "run",
    "SELECT started_at AS at, project_id AS project, plugin_name AS plugin, outcome_type AS outcome, wall_ms AS ms FROM runs",
  );
  insert(
    "delivery",
    "SELECT updated_at AS at, project_id AS project, plugin_name AS plugin, state AS outcome, updated_at - created_at AS ms FROM deliveries",
  );
}
