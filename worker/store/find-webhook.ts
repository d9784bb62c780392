// Where a version that is a webhook delivers to. Does not decrypt its header.
import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { webhooks } from "./registry-schema.ts";

export type WebhookRow = typeof webhooks.$inferSelect;

/** The webhook of a version; null when it has none. */
export async function findWebhook(db: D1Database, versionId: string): Promise<WebhookRow | null> {
  const [webhook] = await drizzle(db).select().from(webhooks).where(eq(webhooks.versionId, versionId));
  return webhook ?? null;
}
