// D1 migrations at start. It keeps wrangler's own table, so `wrangler d1 migrations apply` and this agree on
// what has been done. It never undoes one.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { unstable_splitSqlQuery as splitSqlQuery } from "wrangler";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { errorCode } from "../error-code.ts";

/** What this needs of a D1 database. */
export interface MigrationDatabase {
  prepare(sql: string): Statement;
  batch(statements: Statement[]): Promise<unknown>;
}
interface Statement {
  bind(...values: unknown[]): Statement;
  all<Row>(): Promise<{ results: Row[] }>;
  run(): Promise<unknown>;
}

/** Applies the migrations of `folder` that are not in the database yet; the answer names them. */
export async function applyMigrations(
  db: MigrationDatabase,
  folder: string,
): Promise<Result<readonly string[], CliFailure>> {
  let files: string[];
  try {
    files = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  } catch (error) {
    return failed(folder, errorCode(error), "the folder of migrations");
  }
  await db
    .prepare(
      `CREATE TABLE IF NOT EXISTS "d1_migrations"(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE,
       applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)`,
    )
    .run();
  const { results } = await db.prepare(`SELECT name FROM "d1_migrations"`).all<{ name: string }>();
  const done = new Set(results.map((row) => row.name));
  const pending = files.filter((name) => !done.has(name));
  for (const name of pending) {
    const statements = splitSqlQuery(await readFile(join(folder, name), "utf8")).map((sql) => db.prepare(sql));
    const record = db.prepare(`INSERT INTO "d1_migrations" (name) VALUES (?)`).bind(name);
    try {
      // One batch is one transaction: a migration is applied and recorded, or neither.
      await db.batch([...statements, record]);
    } catch (error) {
      return failed(name, error instanceof Error ? error.message : String(error), "SQL this database takes");
    }
  }
  return ok(pending);
}

function failed(what: string, found: string, wanted: string) {
  return fail({
    reason: "migration_failed",
    message: `Cannot apply migration "${what}": ${found}, wanted ${wanted}`,
  } satisfies CliFailure);
}
