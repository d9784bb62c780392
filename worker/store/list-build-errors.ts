// Why a plugin did not build, as Kili's getPluginBuildErrors shows it.
import { and, asc, desc, eq, gte } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { Page } from "./page.ts";
import { buildErrors } from "./registry-schema.ts";

export type BuildErrorRow = typeof buildErrors.$inferSelect;

/** Problems since a time, the newest build's first; within one build in the build's own order. */
export function listBuildErrors(
  db: D1Database,
  filter: { readonly pluginName: string; readonly since: number },
  page: Page,
): Promise<BuildErrorRow[]> {
  return drizzle(db)
    .select()
    .from(buildErrors)
    .where(and(eq(buildErrors.pluginName, filter.pluginName), gte(buildErrors.createdAt, filter.since)))
    .orderBy(desc(buildErrors.createdAt), asc(buildErrors.id))
    .limit(page.first)
    .offset(page.skip);
}
