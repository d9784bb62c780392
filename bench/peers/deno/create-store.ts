// The peer's journal and history in one SQLite file, as safe as the host's: what was accepted is on disk.
import type { DatabaseSync } from "node:sqlite";

export interface JournalledEvent {
  readonly id: string;
  readonly runId: string;
  readonly projectId: string;
  readonly body: string;
  readonly receivedAt: number;
}

export interface FinishedRun {
  readonly eventId: string;
  readonly outcome: string;
  readonly logs: readonly string[];
  readonly startedAt: number;
  readonly wallMs: number;
}

export interface Store {
  /** Journals events in one transaction; false for those whose run id is known. */
  append(events: readonly JournalledEvent[]): boolean[];
  /** Runs and their log lines become history, and their events leave the journal, in one transaction. */
  recordRuns(runs: readonly FinishedRun[]): void;
}

/** Prepares the database. */
export function createStore(db: DatabaseSync): Store {
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE events (id TEXT PRIMARY KEY, run_id TEXT UNIQUE, project_id TEXT, received_at INTEGER);
    CREATE TABLE journal (event_id TEXT PRIMARY KEY, body TEXT);
    CREATE TABLE runs (id INTEGER PRIMARY KEY, event_id TEXT, outcome TEXT, started_at INTEGER, wall_ms INTEGER);
    CREATE INDEX runs_by_event ON runs (event_id);
    CREATE TABLE logs (id INTEGER PRIMARY KEY, event_id TEXT, line INTEGER, content TEXT);
    CREATE INDEX logs_by_event ON logs (event_id);
  `);
  const insertEvent = db.prepare("INSERT INTO events VALUES (?, ?, ?, ?) ON CONFLICT (run_id) DO NOTHING");
  const insertBody = db.prepare("INSERT INTO journal VALUES (?, ?)");
  const deleteBody = db.prepare("DELETE FROM journal WHERE event_id = ?");
  const insertRun = db.prepare("INSERT INTO runs VALUES (NULL, ?, ?, ?, ?)");
  const insertLog = db.prepare("INSERT INTO logs VALUES (NULL, ?, ?, ?)");
  const atomically = <Result>(write: () => Result): Result => {
    db.exec("BEGIN");
    const result = write();
    db.exec("COMMIT");
    return result;
  };
  return {
    append: (events) =>
      atomically(() =>
        events.map(({ id, runId, projectId, body, receivedAt }) => {
          const fresh = Number(insertEvent.run(id, runId, projectId, receivedAt).changes) === 1;
          if (fresh) insertBody.run(id, body);
          return fresh;
        }),
      ),
    recordRuns(runs) {
      atomically(() => {
        for (const { eventId, outcome, logs, startedAt, wallMs } of runs) {
          insertRun.run(eventId, outcome, startedAt, wallMs);
          logs.forEach((content, line) => insertLog.run(eventId, line, content));
          deleteBody.run(eventId);
        }
      });
    },
  };
}
