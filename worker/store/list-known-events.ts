// What came from a project in a stretch of time, as far as its inbox has handed it over: enough to know an event again.
import { and, between, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { EventRow } from "./flush-batch.ts";
import { events } from "./history-schema.ts";
import { oneOf } from "./one-of.ts";

export type KnownEvent = Pick<EventRow, "assetId" | "kiliRunId" | "labelId" | "receivedAt" | "type">;

/** Events of these types, received from `from` to `to` (epoch milliseconds). */
export function listKnownEvents(
  db: D1Database,
  { projectId, types, from, to }: { projectId: string; types: readonly string[]; from: number; to: number },
): Promise<KnownEvent[]> {
  const { assetId, kiliRunId, labelId, receivedAt, type } = events;
  return drizzle(db)
    .select({ assetId, kiliRunId, labelId, receivedAt, type })
    .from(events)
    .where(and(eq(events.projectId, projectId), between(receivedAt, from, to), oneOf(type, types)));
}
