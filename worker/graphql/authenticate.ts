// Who is asking. Reads the key from the headers and looks it up anew each time, so that a revoked key ends at once;
// what a principal may do is not decided here.
import type { AuthenticationFailure, Principal } from "../../schemas/principal.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import { hashText } from "../build/hash-text.ts";
import { clientAddress } from "../client-address.ts";
import { equalSecrets } from "../equal-secrets.ts";
import type { Env } from "../env.ts";
import { FailedAttempts } from "../failed-attempts.ts";
import { KEY_USE_MS, MAX_KNOWN_KEYS } from "../limits.ts";
import { listApiKeys } from "../store/list-api-keys.ts";
import { recordApiKeyUse } from "../store/record-api-key-use.ts";
import { API_KEY } from "./create-api-key.ts";
import { toPrincipal } from "./to-principal.ts";

interface Surroundings {
  readonly now: number;
  /** Takes work that the answer need not wait for. */
  readonly later: (work: Promise<unknown>) => void;
}

/** The holder of ADMIN_API_KEY, by whom the first keys are made. No other key may have its id or name. */
export const BOOTSTRAP: Principal = {
  id: "admin",
  name: "admin",
  email: "admin@kili-edge.invalid",
  role: "admin",
  actor: "key:admin",
};

// Kili's SDK sends the key as `Authorization: X-API-Key: <key>`, with both colons; others as a bearer's token.
const AUTHORIZATION = /^(?:X-API-Key:?|Bearer)\s+(\S+)\s*$/i;

const failures = new FailedAttempts();
/** Hashes of keys that were found to be good in this isolate, the least used first: no neighbour's failures shut them out. */
const knownKeys = new Set<string>();

/** The principal behind a request's key. */
export async function authenticate(
  request: Request,
  env: Pick<Env, "DB" | "ADMIN_API_KEY" | "CLIENT_ADDRESS_HEADER" | "FAILED_ATTEMPTS">,
  { now, later }: Surroundings,
): Promise<Result<Principal, AuthenticationFailure>> {
  const key = AUTHORIZATION.exec(request.headers.get("authorization") ?? "")?.[1] ?? request.headers.get("x-api-key");
  if (!key) return fail("no_key");
  const hash = await hashText(key);
  // Where clients cannot be told apart none is shut out, or any could shut out all.
  const client = clientAddress(request.headers, env);
  if (client !== null && failures.isPaused(client, now) && !knownKeys.has(hash)) return fail("too_many_attempts");

  const found = await findPrincipal(key, hash, env, { now, later });
  if (found.ok) {
    remember(hash);
    return found;
  }
  const guessed = found.failure === "unknown_key";
  if (guessed && (await failures.count(client ?? "", env.FAILED_ATTEMPTS, now))) return fail("too_many_attempts");
  return found;
}

async function findPrincipal(
  key: string,
  hash: string,
  env: Pick<Env, "DB" | "ADMIN_API_KEY">,
  { now, later }: Surroundings,
): Promise<Result<Principal, AuthenticationFailure>> {
  // Without a configured key nobody may enter by it: an empty secret would be equal to an empty key.
  if (env.ADMIN_API_KEY && equalSecrets(key, env.ADMIN_API_KEY)) return ok(BOOTSTRAP);
  // What cannot be a key of ours costs the database nothing.
  if (!API_KEY.test(key)) return fail("unknown_key");

  // Found by its hash: how long the search takes says something about the hash of a guess, and nothing about a key.
  const [row] = await listApiKeys(env.DB, { id: null, hash }, { first: 1, skip: 0 });
  const principal = toPrincipal(row, now);
  if (row === undefined || !principal.ok) return principal;
  const notedSince = now - KEY_USE_MS;
  if ((row.lastUsedAt ?? 0) < notedSince) later(recordApiKeyUse(env.DB, { id: row.id, now, notedSince }));
  return principal;
}

function remember(hash: string): void {
  knownKeys.delete(hash);
  knownKeys.add(hash);
  const [oldest] = knownKeys;
  if (knownKeys.size > MAX_KNOWN_KEYS && oldest !== undefined) knownKeys.delete(oldest);
}
