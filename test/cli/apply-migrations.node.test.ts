// Migrations at start, against SQLite itself. That wrangler agrees is checked by running it (.ci/run).
import { mkdtemp, writeFile } from "node:fs/promises";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { applyMigrations, type MigrationDatabase } from "../../cli/host/apply-migrations.ts";

function asD1(sqlite: DatabaseSync): MigrationDatabase {
  const statement = (sql: string, values: SQLInputValue[] = []) => ({
    bind: (...bound: unknown[]) => statement(sql, bound as SQLInputValue[]),
    all: async <Row>() => ({ results: sqlite.prepare(sql).all(...values) as Row[] }),
    run: async () => sqlite.prepare(sql).run(...values),
  });
  return {
    prepare: (sql) => statement(sql),
    async batch(statements) {
      sqlite.exec("BEGIN");
      try {
        for (const each of statements) await each.run();
        sqlite.exec("COMMIT");
      } catch (error) {
        sqlite.exec("ROLLBACK");
        throw error;
      }
    },
  };
}

async function folderOf(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kili-edge-migrations-"));
  for (const [name, sql] of Object.entries(files)) await writeFile(join(folder, name), sql);
  return folder;
}

describe("applyMigrations", () => {
  it("applies each file once, in order, several statements to a file", async () => {
    const sqlite = new DatabaseSync(":memory:");
    const folder = await folderOf({
      "0001_b.sql": "ALTER TABLE a ADD COLUMN y TEXT DEFAULT 'x;y';",
      "0000_a.sql": "CREATE TABLE a (x TEXT);\n--> statement-breakpoint\nCREATE INDEX a_x ON a (x);",
      "README.md": "not SQL",
    });
    expect(await applyMigrations(asD1(sqlite), folder)).toEqual({ ok: true, value: ["0000_a.sql", "0001_b.sql"] });
    expect(await applyMigrations(asD1(sqlite), folder)).toEqual({ ok: true, value: [] });
    sqlite.exec("INSERT INTO a (x) VALUES ('1')");
    expect(sqlite.prepare("SELECT y FROM a").get()).toEqual({ y: "x;y" });
    expect(sqlite.prepare("SELECT id, name FROM d1_migrations").all()).toEqual([
      { id: 1, name: "0000_a.sql" },
      { id: 2, name: "0001_b.sql" },
    ]);
  });

  it("leaves no trace of a migration that fails half way, and keeps those before it", async () => {
    const sqlite = new DatabaseSync(":memory:");
    const folder = await folderOf({
      "0000_a.sql": "CREATE TABLE a (x TEXT);",
      "0001_b.sql": "CREATE TABLE b (x TEXT);\nCREATE TABLE a (x TEXT);",
    });
    const applied = await applyMigrations(asD1(sqlite), folder);
    expect(applied).toMatchObject({ ok: false, failure: { reason: "migration_failed" } });
    expect(applied.ok ? "" : applied.failure.message).toContain('"0001_b.sql": table a already exists');
    const tables = sqlite.prepare("SELECT name FROM sqlite_master WHERE name IN ('a', 'b')").all();
    expect(tables).toEqual([{ name: "a" }]);
  });

  it("says so when the folder is not there", async () => {
    const applied = await applyMigrations(asD1(new DatabaseSync(":memory:")), "/nowhere");
    expect(applied).toMatchObject({ ok: false, failure: { reason: "migration_failed" } });
  });
});
