// Events as a list of them shows them: with how many of their deliveries are over. One statement for a page of them.
import type { EventRow } from "./flush-batch.ts";
import type { Page } from "./page.ts";

export interface EventSummary extends Pick<
  EventRow,
  "id" | "projectId" | "type" | "assetId" | "payloadBytes" | "deliveryCount" | "receivedAt"
> {
  readonly done: number;
  readonly dead: number;
}

/** Events newest first, of one project or of all (null). */
export async function summarizeEvents(
  db: D1Database,
  projectId: string | null,
  { first, skip }: Page,
): Promise<EventSummary[]> {
  const { results } = await db
    .prepare(
      `SELECT id, project_id AS projectId, type, asset_id AS assetId, payload_bytes AS payloadBytes,
         delivery_count AS deliveryCount, received_at AS receivedAt,
         (SELECT count(*) FROM deliveries WHERE event_id = events.id AND state = 'done') AS done,
         (SELECT count(*) FROM deliveries WHERE event_id = events.id AND state = 'dead') AS dead
       FROM events ${projectId === null ? "" : "WHERE project_id = ?3"}
       ORDER BY received_at DESC, id DESC LIMIT ?1 OFFSET ?2`,
    )
    .bind(first, skip, ...(projectId === null ? [] : [projectId]))
    .all<EventSummary>();
  return results;
}
