// Runs by what they belong to. Those of given deliveries, for nested lists, are listDeliveryRuns.
import { and, desc, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { OutcomeType } from "../../schemas/run.ts";
import type { RunRow } from "./flush-batch.ts";
import type { Page } from "./page.ts";
import { runs } from "./history-schema.ts";

/** Null leaves a field open. */
export interface RunFilter {
  readonly deliveryId: string | null;
  readonly pluginName: string | null;
  readonly projectId: string | null;
  readonly outcome: OutcomeType | null;
}

/** Runs newest first. */
export function listRuns(db: D1Database, filter: RunFilter, page: Page): Promise<RunRow[]> {
  const { deliveryId, pluginName, projectId, outcome } = filter;
  return drizzle(db)
    .select()
    .from(runs)
    .where(
      and(
        deliveryId === null ? undefined : eq(runs.deliveryId, deliveryId),
        pluginName === null ? undefined : eq(runs.pluginName, pluginName),
        projectId === null ? undefined : eq(runs.projectId, projectId),
        outcome === null ? undefined : eq(runs.outcomeType, outcome),
      ),
    )
    .orderBy(desc(runs.startedAt), desc(runs.id))
    .limit(page.first)
    .offset(page.skip);
}
