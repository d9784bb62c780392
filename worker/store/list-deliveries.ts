// Deliveries by what they belong to. Those of given events, for nested lists, are listEventDeliveries.
import { and, desc, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { DeliveryState } from "../../schemas/run.ts";
import type { DeliveryRow } from "./flush-batch.ts";
import type { Page } from "./page.ts";
import { deliveries } from "./history-schema.ts";

/** Null leaves a field open. */
export interface DeliveryFilter {
  readonly eventId: string | null;
  readonly pluginName: string | null;
  readonly projectId: string | null;
  readonly state: DeliveryState | null;
}

/** Deliveries newest first. Without any filter this reads the whole table. */
export function listDeliveries(db: D1Database, filter: DeliveryFilter, page: Page): Promise<DeliveryRow[]> {
  const { eventId, pluginName, projectId, state } = filter;
  return drizzle(db)
    .select()
    .from(deliveries)
    .where(
      and(
        eventId === null ? undefined : eq(deliveries.eventId, eventId),
        pluginName === null ? undefined : eq(deliveries.pluginName, pluginName),
        projectId === null ? undefined : eq(deliveries.projectId, projectId),
        state === null ? undefined : eq(deliveries.state, state),
        // SQLite takes the partial index only when its condition stands in the query word for word.
        state === null || state === "done" ? undefined : sql`state <> 'done'`,
      ),
    )
    .orderBy(desc(deliveries.createdAt), desc(deliveries.id))
    .limit(page.first)
    .offset(page.skip);
}
