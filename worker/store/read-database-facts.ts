// What the database says of itself: its size, and a few counts that cost little.
import type { DatabaseFacts } from "../../schemas/host-status.ts";

/** Dead letters are counted up to this many. */
const MAX_COUNTED = 100_000;

/** Reads the facts. */
export async function readDatabaseFacts(db: D1Database): Promise<DatabaseFacts> {
  const [events, dead, pauses, projects] = await db.batch<{ readonly name: string; readonly n: number | null }>([
    db.prepare("SELECT '' AS name, min(received_at) AS n FROM events"),
    db.prepare(
      `SELECT '' AS name, count(*) AS n FROM
         (SELECT 1 FROM deliveries WHERE state = 'dead' AND settled IS NULL LIMIT ${MAX_COUNTED})`,
    ),
    db.prepare("SELECT state AS name, count(*) AS n FROM pauses WHERE state <> 'closed' GROUP BY state"),
    db.prepare("SELECT '' AS name, count(*) AS n FROM projects"),
  ]);
  const countOf = (state: string): number => pauses?.results.find(({ name }) => name === state)?.n ?? 0;
  return {
    bytes: projects?.meta.size_after ?? 0,
    oldestEventAt: events?.results[0]?.n ?? null,
    deadLetters: dead?.results[0]?.n ?? 0,
    pausesOpen: countOf("open"),
    pausesQuarantined: countOf("quarantined"),
    projects: projects?.results[0]?.n ?? 0,
  };
}
