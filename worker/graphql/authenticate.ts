// Who is asking. Reads the key from the headers; what a principal may do is not decided here.
import { fail, ok, type Result } from "../../schemas/result.ts";
import { equalSecrets } from "../equal-secrets.ts";
import type { Env } from "../env.ts";

/** The holder of a valid API key. */
export interface Principal {
  readonly id: string;
  readonly email: string;
  /** Who it is in the audit. */
  readonly actor: string;
}

export type AuthenticationFailure = "no_key" | "unknown_key";

const ADMIN: Principal = { id: "admin", email: "admin@kili-edge.invalid", actor: "key:admin" };

// Kili's SDK sends the key as `Authorization: X-API-Key: <key>`, with both colons.
const AUTHORIZATION = /^X-API-Key:?\s+(\S+)\s*$/i;

/** The principal behind a request's key. */
export function authenticate(request: Request, env: Env): Result<Principal, AuthenticationFailure> {
  const key = AUTHORIZATION.exec(request.headers.get("authorization") ?? "")?.[1] ?? request.headers.get("x-api-key");
  if (!key) return fail("no_key");
  // Without a configured key nobody may enter: an empty secret would be equal to an empty key.
  if (!env.ADMIN_API_KEY || !equalSecrets(key, env.ADMIN_API_KEY)) return fail("unknown_key");
  return ok(ADMIN);
}
