// Times from when a request was due until what it asked for had ended, read from the database of a host that is running:
// what a user waits for, the acknowledgement and the hand-over of the runs before it included.
import { DatabaseSync } from "node:sqlite";
import { databaseFile } from "./history.ts";
import type { OpenLoopResult } from "./load/open-loop.ts";

export interface Latencies {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Of the deliveries that ended of a load at a steady rate, to all plugins but those whose name has `without` in it. */
export function readLatencies(
  dataDir: string,
  { run, startedAt }: OpenLoopResult,
  perSecond: number,
  without: string,
): Latencies {
  const db = new DatabaseSync(databaseFile(dataDir), { readOnly: true, timeout: 5_000 });
  try {
    const rows = db
      .prepare(
        `SELECT CAST(substr(events.kili_run_id, ?) AS INTEGER) AS number, deliveries.updated_at AS endedAt
         FROM events JOIN deliveries ON deliveries.event_id = events.id
         WHERE events.kili_run_id GLOB ? AND deliveries.state = 'done' AND instr(deliveries.plugin_name, ?) = 0`,
      )
      .all(run.length + 2, `${run}-[0-9]*`, without);
    const times = rows
      .map(({ number, endedAt }) => Number(endedAt) - (startedAt + (Number(number) * 1000) / perSecond))
      .sort((one, other) => one - other);
    // Times are kept in whole milliseconds: what was quicker than one counts as one.
    const at = (share: number): number => Math.max(times[Math.ceil(share * times.length) - 1] ?? NaN, 1);
    return { count: times.length, p50Ms: at(0.5), p99Ms: at(0.99) };
  } finally {
    db.close();
  }
}
