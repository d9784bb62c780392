// API keys without their hashes, which are nobody's business.
import { asc, getTableColumns } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { apiKeyCondition, type ApiKeyFilter } from "./api-key-condition.ts";
import type { Page } from "./page.ts";
import { apiKeys } from "./registry-schema.ts";

export type ApiKeyRow = Omit<typeof apiKeys.$inferSelect, "hash">;

/** The keys that fit, the oldest first; revoked and expired ones are among them. */
export function listApiKeys(db: D1Database, filter: ApiKeyFilter, page: Page): Promise<ApiKeyRow[]> {
  const { hash: _, ...columns } = getTableColumns(apiKeys);
  return drizzle(db)
    .select(columns)
    .from(apiKeys)
    .where(apiKeyCondition(filter))
    .orderBy(asc(apiKeys.createdAt), asc(apiKeys.id))
    .limit(page.first)
    .offset(page.skip);
}
