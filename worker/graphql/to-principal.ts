// Who a stored API key stands for, while it holds.
import type { AuthenticationFailure, Principal } from "../../schemas/principal.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { ApiKeyRow } from "../store/list-api-keys.ts";

/** The principal of a key's row; `now` is epoch milliseconds. */
export function toPrincipal(row: ApiKeyRow | undefined, now: number): Result<Principal, AuthenticationFailure> {
  if (row === undefined) return fail("unknown_key");
  if (row.revokedAt !== null) return fail("revoked_key");
  if (row.expiresAt !== null && row.expiresAt <= now) return fail("expired_key");
  const { id, name, role } = row;
  return ok({ id, name, email: `${name}@kili-edge.invalid`, role, actor: `key:${name}` });
}
