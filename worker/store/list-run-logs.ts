// The log lines of several runs in one statement, in the order they were logged.
import { and, asc, gte, lt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { LogRow } from "./flush-batch.ts";
import { oneOf } from "./one-of.ts";
import type { Page } from "./page.ts";
import { logs } from "./history-schema.ts";

/** One page of each run's lines, by run and within it by line. Lines count from 0, so they page themselves. */
export function listRunLogs(db: D1Database, runIds: readonly string[], page: Page): Promise<LogRow[]> {
  return drizzle(db)
    .select()
    .from(logs)
    .where(and(oneOf(logs.runId, runIds), gte(logs.line, page.skip), lt(logs.line, page.skip + page.first)))
    .orderBy(asc(logs.runId), asc(logs.line));
}
