// What came from a project in a stretch of time, as far as its inbox has handed it over: enough to know an event again.
import { and, between, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { CameEvent } from "../../schemas/sought-event.ts";
import { events } from "./history-schema.ts";
import { oneOf } from "./one-of.ts";

/** Events of these types, received from `from` to `to` (epoch milliseconds). */
export function listKnownEvents(
  db: D1Database,
  { projectId, types, from, to }: { projectId: string; types: readonly string[]; from: number; to: number },
): Promise<CameEvent[]> {
  const { assetId, kiliRunId, labelId, receivedAt, type } = events;
  return drizzle(db)
    .select({ assetId, kiliRunId, labelId, receivedAt, type })
    .from(events)
    .where(and(eq(events.projectId, projectId), between(receivedAt, from, to), oneOf(type, types)));
}
