// The keys commands: list, create and revoke the API keys of a host, over its public API. A new key is printed once, by
// itself on standard output, and kept nowhere.
import * as v from "valibot";
import type { Role } from "../../schemas/principal.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { findHostAccess, type HostFlags } from "../api/find-host-access.ts";
import { listKeys } from "../api/list-keys.ts";
import { parseExpiry } from "../parse-expiry.ts";
import { queryApi } from "../api/query-api.ts";
import type { HostAccess } from "../api/register-plugin.ts";
import { renderKeys } from "../render/render-keys.ts";
import { sayResult, type Said } from "../say-result.ts";

export type KeysCommand =
  | { readonly type: "list" }
  | { readonly type: "create"; readonly name: string; readonly role: Role; readonly expires?: string }
  | { readonly type: "revoke"; readonly key: string };

export interface KeysFlags extends HostFlags {
  readonly json?: boolean;
}

const CreatedSchema = v.object({ createApiKey: v.object({ id: v.string(), key: v.string() }) });
const CREATE = `mutation Create($data: CreateApiKeyInput!) { createApiKey(data: $data) { id key } }`;
const RevokedSchema = v.object({ revokeApiKey: v.string() });
const REVOKE = `mutation Revoke($id: ID!) { revokeApiKey(where: {id: $id}) }`;

/** Runs one of the commands; the answer is the exit code. */
export async function runKeys(flags: KeysFlags, command: KeysCommand): Promise<number> {
  const host = await findHostAccess(flags, `${command.type} keys`);
  const said = host.ok ? await perform(host.value, command, Date.now()) : host;
  return sayResult(said, flags.json ?? false);
}

function perform(host: HostAccess, command: KeysCommand, now: number): Promise<Result<Said, CliFailure>> {
  switch (command.type) {
    case "list":
      return list(host, now);
    case "create":
      return create(host, command, now);
    case "revoke":
      return revoke(host, command.key, now);
  }
}

async function list(host: HostAccess, now: number): Promise<Result<Said, CliFailure>> {
  const keys = await listKeys(host);
  return keys.ok ? ok({ json: keys.value, text: renderKeys(keys.value, now) }) : keys;
}

async function create(
  host: HostAccess,
  { name, role, expires }: Extract<KeysCommand, { type: "create" }>,
  now: number,
): Promise<Result<Said, CliFailure>> {
  const expiresAt = expires === undefined ? null : parseExpiry(expires, now);
  if (expires !== undefined && expiresAt === null) {
    return fail({
      reason: "expiry_unusable",
      message: `Cannot create key "${name}": it expires "${expires}", wanted a time to come such as 90d, 12h or 2099-12-31`,
    });
  }
  const created = await queryApi(host, CreatedSchema, CREATE, { data: { name, role, expiresAt } });
  if (!created.ok) return created;
  const { id, key } = created.value.createApiKey;
  const until = expiresAt === null ? "until it is revoked" : `until ${expiresAt}`;
  return ok({
    json: { id, name, role, expiresAt, key },
    text: key,
    aside: `"${name}" (${role}) is valid ${until}. Its key is shown this once:`,
  });
}

async function revoke(host: HostAccess, wanted: string, now: number): Promise<Result<Said, CliFailure>> {
  const keys = await listKeys(host);
  if (!keys.ok) return keys;
  // A name may have been other keys' before: the one that is valid is meant, then one that is not revoked.
  const named = keys.value.filter(({ name, revoked }) => name === wanted && !revoked);
  const key =
    keys.value.find(({ id }) => id === wanted) ??
    named.find(({ expiryDate }) => Date.parse(expiryDate) > now) ??
    named[0];
  if (key === undefined) {
    return fail({
      reason: "key_unknown",
      message: `Cannot revoke key "${wanted}": no key that is not revoked has that name or id, wanted one of "kili-edge keys list"`,
    });
  }
  const revoked = await queryApi(host, RevokedSchema, REVOKE, { id: key.id });
  return revoked.ok
    ? ok({ json: { id: key.id, name: key.name, revoked: true }, text: revoked.value.revokeApiKey })
    : revoked;
}
