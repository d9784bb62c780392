// The delivery that has waited longest, as far as inboxes have handed over what waits.
import { asc, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { DeliveryRow } from "./flush-batch.ts";
import { deliveries } from "./history-schema.ts";

/** The oldest delivery that is neither done nor dead; null if there is none. */
export async function findOldestPending(db: D1Database): Promise<DeliveryRow | null> {
  const [oldest] = await drizzle(db)
    .select()
    .from(deliveries)
    // SQLite takes the partial index only when its condition stands in the query word for word.
    .where(sql`state = 'pending' AND state <> 'done'`)
    .orderBy(asc(deliveries.createdAt))
    .limit(1);
  return oldest ?? null;
}
