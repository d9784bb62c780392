// What a plugin logged on a project, as Kili's getPluginLogs shows it.
import { and, desc, eq, gte } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { LogRow } from "./flush-batch.ts";
import type { Page } from "./page.ts";
import { logs } from "./history-schema.ts";

interface PluginLogFilter {
  readonly pluginName: string;
  readonly projectId: string;
  readonly since: number;
}

/** Lines since a time, newest first; of the same millisecond the later line first. */
export function listPluginLogs(db: D1Database, filter: PluginLogFilter, page: Page): Promise<LogRow[]> {
  return drizzle(db)
    .select()
    .from(logs)
    .where(
      and(
        eq(logs.pluginName, filter.pluginName),
        eq(logs.projectId, filter.projectId),
        gte(logs.createdAt, filter.since),
      ),
    )
    .orderBy(desc(logs.createdAt), desc(logs.id))
    .limit(page.first)
    .offset(page.skip);
}
