// Which plugins are held back where, as far as inboxes have said.
import { and, asc, eq, ne } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { PauseRow } from "./flush-batch.ts";
import { oneOf } from "./one-of.ts";
import type { Page } from "./page.ts";
import { pauses } from "./history-schema.ts";

/** Null leaves a field open. */
export interface PauseFilter {
  readonly pluginNames: readonly string[] | null;
  readonly projectId: string | null;
}

/** Pauses by project and plugin; those that are over are left out. */
export function listPauses(db: D1Database, { pluginNames, projectId }: PauseFilter, page: Page): Promise<PauseRow[]> {
  return drizzle(db)
    .select()
    .from(pauses)
    .where(
      and(
        ne(pauses.state, "closed"),
        pluginNames === null ? undefined : oneOf(pauses.pluginName, pluginNames),
        projectId === null ? undefined : eq(pauses.projectId, projectId),
      ),
    )
    .orderBy(asc(pauses.projectId), asc(pauses.pluginName))
    .limit(page.first)
    .offset(page.skip);
}
