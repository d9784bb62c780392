// How many API keys fit a filter.
import { drizzle } from "drizzle-orm/d1";
import { apiKeyCondition, type ApiKeyFilter } from "./api-key-condition.ts";
import { apiKeys } from "./registry-schema.ts";

/** Counts what `listApiKeys` lists. */
export function countApiKeys(db: D1Database, filter: ApiKeyFilter): Promise<number> {
  return drizzle(db).$count(apiKeys, apiKeyCondition(filter));
}
