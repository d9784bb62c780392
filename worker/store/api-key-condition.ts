// Which API keys a filter means, for listing and for counting alike.
import { and, eq, type SQL } from "drizzle-orm";
import { apiKeys } from "./registry-schema.ts";

/** Null parts do not filter. */
export interface ApiKeyFilter {
  readonly id: string | null;
  /** SHA-256 of a key, as lower-case hex. */
  readonly hash: string | null;
}

/** The filter as SQL; undefined when it is open. */
export function apiKeyCondition({ id, hash }: ApiKeyFilter): SQL | undefined {
  return and(id === null ? undefined : eq(apiKeys.id, id), hash === null ? undefined : eq(apiKeys.hash, hash));
}
