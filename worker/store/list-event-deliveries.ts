// The deliveries of several events in one statement, a page of each.
import { asc, getTableColumns, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { DeliveryRow } from "./flush-batch.ts";
import { oneOf } from "./one-of.ts";
import type { Page } from "./page.ts";
import { deliveries } from "./history-schema.ts";

/** One page of each event's deliveries, by event and within it by plugin name. */
export async function listEventDeliveries(
  db: D1Database,
  eventIds: readonly string[],
  page: Page,
): Promise<DeliveryRow[]> {
  const database = drizzle(db);
  const place = sql<number>`row_number() OVER (PARTITION BY event_id ORDER BY plugin_name, id)`.as("place");
  const ranked = database
    .select({ ...getTableColumns(deliveries), place })
    .from(deliveries)
    .where(oneOf(deliveries.eventId, eventIds))
    .as("ranked");
  return database
    .select()
    .from(ranked)
    .where(sql`place > ${page.skip} AND place <= ${page.skip + page.first}`)
    .orderBy(asc(ranked.eventId), asc(ranked.place));
}
