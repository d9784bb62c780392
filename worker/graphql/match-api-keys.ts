// Kili's `apiKeys`, as far as its SDK needs it: is the key it holds known, and when does it expire?
import type { Env } from "../env.ts";
import { equalSecrets } from "../equal-secrets.ts";
import type { Principal } from "./authenticate.ts";

export interface ApiKeyWhere {
  readonly id?: string | null;
  readonly key?: string | null;
  readonly user?: { readonly id?: string | null } | null;
}

/** An API key without its secret. Times are epoch milliseconds. */
export interface ApiKeyFacts {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number | null;
  readonly expiryDate: number;
  readonly revoked: boolean;
}

// The key of the environment does not expire, and the SDK wants a date.
const NEVER = Date.UTC(2099, 0, 1);

/** The viewer's keys that fit the filter. */
export function matchApiKeys(where: ApiKeyWhere, principal: Principal, env: Env): ApiKeyFacts[] {
  const fits =
    (where.id ?? "admin") === "admin" &&
    (where.user?.id ?? principal.id) === principal.id &&
    (typeof where.key !== "string" || equalSecrets(where.key, env.ADMIN_API_KEY ?? ""));
  return fits ? [{ id: "admin", name: "ADMIN_API_KEY", createdAt: null, expiryDate: NEVER, revoked: false }] : [];
}
