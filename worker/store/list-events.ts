// Accepted events, as far as inboxes have handed them over.
import { desc, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { EventRow } from "./flush-batch.ts";
import type { Page } from "./page.ts";
import { events } from "./history-schema.ts";

/** Events newest first, of one project or of all (null). */
export function listEvents(db: D1Database, projectId: string | null, page: Page): Promise<EventRow[]> {
  return drizzle(db)
    .select()
    .from(events)
    .where(projectId === null ? undefined : eq(events.projectId, projectId))
    .orderBy(desc(events.receivedAt), desc(events.id))
    .limit(page.first)
    .offset(page.skip);
}
