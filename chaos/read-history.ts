// Reads the history of a data directory from outside, and can hold its database up. It asks the host nothing: what is
// to go on must go on by itself.
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import type { HistoryFacts } from "./judge-history.ts";

const BUSY_MS = 10_000;

/** What is in the history now. */
export function readHistory(file: string): HistoryFacts {
  return withDatabase(file, true, (db) => ({
    events: new Set(rowsOf(db, "SELECT id FROM events").map((row) => String(row["id"]))),
    deliveries: rowsOf(db, "SELECT id, event_id, plugin_name, state, attempts FROM deliveries").map((row) => ({
      id: String(row["id"]),
      eventId: String(row["event_id"]),
      plugin: String(row["plugin_name"]),
      state: String(row["state"]),
      attempts: Number(row["attempts"]),
    })),
    runs: rowsOf(db, "SELECT delivery_id, attempt, outcome_type FROM runs").map((row) => ({
      deliveryId: String(row["delivery_id"]),
      attempt: Number(row["attempt"]),
      outcome: String(row["outcome_type"]),
    })),
  }));
}

/** How many deliveries have ended, and how many attempts have. */
export function countEnded(file: string): { readonly deliveries: number; readonly runs: number } {
  return withDatabase(file, true, (db) => ({
    deliveries: countOf(db, "SELECT count(*) AS n FROM deliveries WHERE state IN ('done', 'dead')"),
    runs: countOf(db, "SELECT count(*) AS n FROM runs"),
  }));
}

/** How many runs said that they were called together with others. */
export function countShared(file: string): number {
  return withDatabase(file, true, (db) =>
    countOf(db, "SELECT count(*) AS n FROM logs WHERE content LIKE '% shared call'"),
  );
}

/** Takes the database for itself for a while, as a backup or a slow disk would. */
export async function lockHistory(file: string, ms: number): Promise<void> {
  const db = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    db.exec("BEGIN EXCLUSIVE");
    await sleep(ms);
    db.exec("ROLLBACK");
  } finally {
    db.close();
  }
}

function withDatabase<Value>(file: string, readOnly: boolean, read: (db: DatabaseSync) => Value): Value {
  const db = new DatabaseSync(file, { readOnly, timeout: BUSY_MS });
  try {
    return read(db);
  } finally {
    db.close();
  }
}

function countOf(db: DatabaseSync, query: string): number {
  return Number(rowsOf(db, query)[0]?.["n"]);
}

function rowsOf(db: DatabaseSync, query: string): Record<string, unknown>[] {
  return db.prepare(query).all();
}
