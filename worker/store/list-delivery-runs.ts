// The runs of several deliveries in one statement.
import { and, asc, gt, lte } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { RunRow } from "./flush-batch.ts";
import { oneOf } from "./one-of.ts";
import type { Page } from "./page.ts";
import { runs } from "./history-schema.ts";

/** One page of each delivery's runs, by delivery and within it by attempt. Attempts count from 1, so they page themselves. */
export function listDeliveryRuns(db: D1Database, deliveryIds: readonly string[], page: Page): Promise<RunRow[]> {
  return drizzle(db)
    .select()
    .from(runs)
    .where(
      and(oneOf(runs.deliveryId, deliveryIds), gt(runs.attempt, page.skip), lte(runs.attempt, page.skip + page.first)),
    )
    .orderBy(asc(runs.deliveryId), asc(runs.attempt));
}
