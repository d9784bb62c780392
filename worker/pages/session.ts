// The session cookie: whose key opened it and until when, signed. It holds no key, and a key that is revoked, expired
// or exchanged ends its sessions with the next request. Nothing is stored: signing out forgets the cookie.
import { getSignedCookie, setSignedCookie } from "hono/cookie";
import type { Principal } from "../../schemas/principal.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import { hashText } from "../build/hash-text.ts";
import { equalSecrets } from "../equal-secrets.ts";
import { storeSecrets, type Env } from "../env.ts";
import { BOOTSTRAP } from "../graphql/authenticate.ts";
import { toPrincipal } from "../graphql/to-principal.ts";
import { SESSION_MS } from "../limits.ts";
import { listApiKeys } from "../store/list-api-keys.ts";
import { cookieOptions } from "./cookie-options.ts";
import type { PageContext } from "./page-env.ts";

export const SESSION_COOKIE = "kili_edge_session";

/** Opens a session for who has just shown a key. Fails on a host that has nothing to sign with. */
export async function openSession(c: PageContext, principal: Principal): Promise<Result<null, "no_store_secret">> {
  const [secret] = storeSecrets(c.env);
  if (secret === undefined) return fail("no_store_secret");
  const expiresAt = c.var.now + SESSION_MS;
  const value = [principal.id, String(expiresAt), await markOf(principal.id, secret, c.env)].join(".");
  const options = cookieOptions(c.req.raw, SESSION_MS / 1000);
  await setSignedCookie(c, SESSION_COOKIE, value, await signingKey(secret), options);
  return ok(null);
}

/** Who the session is; null without a valid one. */
export async function readSession(c: PageContext): Promise<Principal | null> {
  for (const secret of storeSecrets(c.env)) {
    const value = await getSignedCookie(c, await signingKey(secret), SESSION_COOKIE);
    if (typeof value !== "string") continue;
    const [id = "", expiresAt = "", mark = ""] = value.split(".");
    if (!(Number(expiresAt) > c.var.now)) return null;
    if (!equalSecrets(mark, await markOf(id, secret, c.env))) return null;
    if (id === BOOTSTRAP.id) return c.env.ADMIN_API_KEY ? BOOTSTRAP : null;
    const [row] = await listApiKeys(c.env.DB, { id, hash: null }, { first: 1, skip: 0 });
    const principal = toPrincipal(row, c.var.now);
    return principal.ok ? principal.value : null;
  }
  return null;
}

/** Named for what it signs: the secret stands behind other keys too. */
function signingKey(secret: string): Promise<string> {
  return hashText(`kili-edge session\n${secret}`);
}

/** What ties a session of the configured key to that key's present value. Other keys have rows of their own. */
async function markOf(id: string, secret: string, env: Env): Promise<string> {
  if (id !== BOOTSTRAP.id) return "";
  return (await hashText(`kili-edge admin\n${secret}\n${env.ADMIN_API_KEY ?? ""}`)).slice(0, 32);
}
