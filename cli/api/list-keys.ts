// All API keys of a host that the asking key may know about.
import * as v from "valibot";
import { ROLES } from "../../schemas/principal.ts";
import { ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { queryApi } from "./query-api.ts";
import type { HostAccess } from "./register-plugin.ts";

const PAGE = 100;
const KeySchema = v.object({
  id: v.string(),
  name: v.string(),
  role: v.picklist(ROLES),
  createdAt: v.nullable(v.string()),
  expiryDate: v.string(),
  revoked: v.boolean(),
  lastUsedAt: v.nullable(v.string()),
});
const KeysSchema = v.object({ apiKeys: v.array(KeySchema) });
const KEYS = `query Keys($first: PageSize!, $skip: Int!) {
  apiKeys(where: {}, first: $first, skip: $skip) { id name role createdAt expiryDate revoked lastUsedAt }
}`;

export type ListedKey = v.InferOutput<typeof KeySchema>;

/** The keys, the configuration's first and then the oldest; revoked and expired ones are among them. */
export async function listKeys(host: HostAccess): Promise<Result<readonly ListedKey[], CliFailure>> {
  const keys: ListedKey[] = [];
  for (;;) {
    const page = await queryApi(host, KeysSchema, KEYS, { first: PAGE, skip: keys.length });
    if (!page.ok) return page;
    keys.push(...page.value.apiKeys);
    if (page.value.apiKeys.length < PAGE) return ok(keys);
  }
}
