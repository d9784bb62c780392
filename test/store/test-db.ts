// The migrated database of the test's Worker, emptied on request. Test data builders are in rows.ts.
import { env } from "cloudflare:workers";

/** The D1 database the tests run on. */
export const db: D1Database = (env as unknown as { DB: D1Database }).DB;

const TABLES = [
  "activations",
  "api_keys",
  "archive_chunks",
  "artifact_chunks",
  "audit",
  "build_errors",
  "deliveries",
  "events",
  "logs",
  "pauses",
  "plugins",
  "projects",
  "rollups",
  "runs",
  "settings",
  "uploads",
  "versions",
  "webhooks",
];

/** Deletes all rows, so that each test starts from nothing. */
export async function emptyDatabase(): Promise<void> {
  await db.batch(TABLES.map((table) => db.prepare(`DELETE FROM ${table}`)));
}

/** How many rows a table has. */
export async function countRows(table: string): Promise<number> {
  return (await db.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>("n")) ?? 0;
}
