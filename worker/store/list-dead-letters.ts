// Deliveries that ended badly and wait for somebody to replay or discard them.
import { asc, desc } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { deadLetterCondition, type DeadLetterFilter } from "./dead-letter-condition.ts";
import type { DeliveryRow } from "./flush-batch.ts";
import { deliveries } from "./history-schema.ts";
import type { Page } from "./page.ts";

/** Dead letters, the newest or the oldest first. */
export function listDeadLetters(
  db: D1Database,
  filter: DeadLetterFilter,
  page: Page,
  order: "newest" | "oldest" = "newest",
): Promise<DeliveryRow[]> {
  const by = order === "newest" ? desc : asc;
  return drizzle(db)
    .select()
    .from(deliveries)
    .where(deadLetterCondition(filter))
    .orderBy(by(deliveries.createdAt), by(deliveries.id))
    .limit(page.first)
    .offset(page.skip);
}
