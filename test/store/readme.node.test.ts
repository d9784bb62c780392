import { readFileSync } from "node:fs";
import { getTableName, is } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { expect, test } from "vitest";
import * as history from "../../worker/store/history-schema.ts";
import * as registry from "../../worker/store/registry-schema.ts";
import * as rollup from "../../worker/store/rollup-schema.ts";

const readme = readFileSync(new URL("../../worker/store/README.md", import.meta.url), "utf8");

test("worker/store/README.md names every table and every index", () => {
  const tables = Object.values({ ...history, ...registry, ...rollup }).filter((value) => is(value, SQLiteTable));
  const names = tables.flatMap((table) => [
    getTableName(table),
    ...getTableConfig(table).indexes.map((index) => index.config.name),
  ]);
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});
