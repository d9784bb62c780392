// Kili's filter on API keys, read against who asks: an admin sees all keys, anybody else only their own. The key of
// the configuration is no row, and stands before all that are.
import type { Principal } from "../../schemas/principal.ts";
import { hashText } from "../build/hash-text.ts";
import { equalSecrets } from "../equal-secrets.ts";
import type { Env } from "../env.ts";
import type { ApiKeyFilter } from "../store/api-key-condition.ts";
import { BOOTSTRAP } from "./authenticate.ts";

export interface ApiKeyWhere {
  readonly id?: string | null;
  /** A key in clear, as Kili's SDK sends its own. */
  readonly key?: string | null;
  readonly user?: { readonly id?: string | null } | null;
}

export interface ApiKeyMatch {
  /** Whether the key of the configuration fits. */
  readonly bootstrap: boolean;
  /** Which rows fit; null: none can. */
  readonly rows: ApiKeyFilter | null;
}

/** Which keys a filter means. */
export async function matchApiKeys(where: ApiKeyWhere, principal: Principal, env: Env): Promise<ApiKeyMatch> {
  const wanted = [where.id, where.user?.id, principal.role === "admin" ? null : principal.id];
  // The holder of a key is its user: one id, however it is asked for.
  const ids = [...new Set(wanted.filter((id) => typeof id === "string"))];
  const [id = null] = ids;
  if (ids.length > 1) return { bootstrap: false, rows: null };
  const key = where.key ?? null;
  const isBootstrapKey = key === null || (!!env.ADMIN_API_KEY && equalSecrets(key, env.ADMIN_API_KEY));
  return {
    bootstrap: isBootstrapKey && (id ?? BOOTSTRAP.id) === BOOTSTRAP.id && !!env.ADMIN_API_KEY,
    rows: { id, hash: key === null ? null : await hashText(key) },
  };
}
