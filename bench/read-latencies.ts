// Times from when a request was due, read from the database of a host that is running: what a user waits for, the
// acknowledgement and the hand-over of the runs before it included.
import { DatabaseSync } from "node:sqlite";
import { databaseFile } from "./history.ts";
import type { OpenLoopResult } from "./load/open-loop.ts";
import type { StoredAt } from "./watch-runs.ts";

export interface Latencies {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Requests of a load by their number, each with when what it asked for was over. */
type Ended = readonly { readonly number: number; readonly at: number }[];

/**
 * Until what the requests of a load at a steady rate asked for had ended: their deliveries to all plugins but those
 * whose name has `without` in it.
 */
export function readLatencies(dataDir: string, load: OpenLoopResult, perSecond: number, without: string): Latencies {
  const rows = query(
    dataDir,
    `SELECT CAST(substr(events.kili_run_id, ?) AS INTEGER) AS number, deliveries.updated_at AS at
     FROM events JOIN deliveries ON deliveries.event_id = events.id
     WHERE events.kili_run_id GLOB ? AND deliveries.state = 'done' AND instr(deliveries.plugin_name, ?) = 0`,
    [load.run.length + 2, `${load.run}-[0-9]*`, without],
  );
  return toLatencies(
    rows.map(({ number, at }) => ({ number: Number(number), at: Number(at) })),
    load,
    perSecond,
  );
}

/** Until the run and its log line were in the history, for a load of which each request is one run. */
export function readStoredLatencies(
  dataDir: string,
  load: OpenLoopResult,
  perSecond: number,
  storedAt: StoredAt,
): Latencies {
  const rows = query(
    dataDir,
    `SELECT CAST(substr(events.kili_run_id, ?) AS INTEGER) AS number, runs.rowid AS run
     FROM events JOIN runs ON runs.event_id = events.id WHERE events.kili_run_id GLOB ?`,
    [load.run.length + 2, `${load.run}-[0-9]*`],
  );
  return toLatencies(
    rows.map(({ number, run }) => ({ number: Number(number), at: storedAt(Number(run)) })),
    load,
    perSecond,
  );
}

function query(dataDir: string, sql: string, parameters: readonly (number | string)[]): Record<string, unknown>[] {
  const db = new DatabaseSync(databaseFile(dataDir), { readOnly: true, timeout: 5_000 });
  try {
    return db.prepare(sql).all(...parameters);
  } finally {
    db.close();
  }
}

function toLatencies(ended: Ended, { startedAt }: OpenLoopResult, perSecond: number): Latencies {
  const times = ended
    .map(({ number, at }) => at - (startedAt + (number * 1000) / perSecond))
    .sort((one, other) => one - other);
  // Times are kept in whole milliseconds: what was quicker than one counts as one.
  const at = (share: number): number => Math.max(times[Math.ceil(share * times.length) - 1] ?? NaN, 1);
  return { count: times.length, p50Ms: at(0.5), p99Ms: at(0.99) };
}
