// Reads from outside how far a history has come: the database file of a host that is running. It writes nothing.
import { globSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 10;
const PATIENCE_MS = 300_000;

export interface History {
  /** Runs whose row and log lines are there. Counts runs that log one line each. */
  countRuns(): number;
  countLogs(): number;
  countEvents(): number;
  /**
   * Time from an event's arrival to the start of its run, over the runs after the first `skip`: the mean of the middle
   * half, which one stall does not move and which is finer than the whole milliseconds that are kept.
   */
  dispatchMs(skip: number): number;
  /** Resolve with the time, in epoch milliseconds, when so many have been seen. */
  waitForRuns(count: number): Promise<number>;
  waitForLogs(count: number): Promise<number>;
  waitForEvents(count: number): Promise<number>;
  close(): void;
}

/** The D1 database of a data directory, by Miniflare's place for it. */
export function databaseFile(dataDir: string): string {
  const files = globSync(join(dataDir, "v3", "d1", "*", "*.sqlite")).filter(
    (file) => !file.endsWith("metadata.sqlite"),
  );
  const [file] = files;
  if (file === undefined || files.length > 1) {
    throw new Error(`Cannot find the history in "${dataDir}": found ${files.length} databases, wanted one`);
  }
  return file;
}

/** Opens a database that has tables `events`, `runs` and `logs`. */
export function openHistory(file: string): History {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  // No row is ever deleted here: the highest number is the count, and costs nothing to find.
  const count = db.prepare(
    `SELECT min(coalesce((SELECT max(rowid) FROM runs), 0), coalesce((SELECT max(rowid) FROM logs), 0)) AS n`,
  );
  const eventCount = db.prepare(`SELECT coalesce(max(rowid), 0) AS n FROM events`);
  const logCount = db.prepare(`SELECT coalesce(max(rowid), 0) AS n FROM logs`);
  const countLogs = (): number => Number(logCount.get()?.["n"]);
  const countRuns = (): number => Number(count.get()?.["n"]);
  const countEvents = (): number => Number(eventCount.get()?.["n"]);
  return {
    countRuns,
    countLogs,
    countEvents,
    dispatchMs(skip) {
      const rows = db
        .prepare(
          `SELECT runs.started_at - events.received_at AS ms FROM runs
           JOIN events ON events.id = runs.event_id WHERE runs.rowid > ? ORDER BY ms`,
        )
        .all(skip);
      const middle = rows.slice(Math.floor(rows.length / 4), Math.ceil((rows.length * 3) / 4));
      return middle.reduce((sum, row) => sum + Number(row["ms"]), 0) / middle.length;
    },
    waitForRuns: (wanted) => waitFor(countRuns, wanted),
    waitForLogs: (wanted) => waitFor(countLogs, wanted),
    waitForEvents: (wanted) => waitFor(countEvents, wanted),
    close: () => db.close(),
  };
}

async function waitFor(count: () => number, wanted: number): Promise<number> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = count();
    if (found >= wanted) return Date.now();
    if (Date.now() > until) {
      throw new Error(`Cannot measure: ${found} rows in the history after ${PATIENCE_MS} ms, wanted ${wanted}`);
    }
    await sleep(POLL_MS);
  }
}
