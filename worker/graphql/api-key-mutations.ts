// Making and revoking API keys. Who may is in mutation-roles.ts.
import type { Role } from "../../schemas/principal.ts";
import { hashText } from "../build/hash-text.ts";
import { recordApiKey } from "../store/record-api-key.ts";
import { revokeApiKey } from "../store/revoke-api-key.ts";
import { BOOTSTRAP } from "./authenticate.ts";
import { createApiKey } from "./create-api-key.ts";
import type { GraphqlContext } from "./graphql-context.ts";
import { requestError } from "./request-error.ts";

interface CreateArguments {
  readonly data: { readonly name: string; readonly role: Role; readonly expiresAt?: number | null };
}

interface RevokeArguments {
  readonly where: { readonly id: string };
}

// It stands in audit rows, in addresses and on command lines.
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export const apiKeyMutations = {
  createApiKey: async (_: unknown, { data }: CreateArguments, { db, principal, now }: GraphqlContext) => {
    const { name, role, expiresAt = null } = data;
    const refuse = (found: string) =>
      requestError("BAD_USER_INPUT", `Cannot create API key ${JSON.stringify(name.slice(0, 100))}: ${found}`);
    if (!NAME.test(name)) {
      throw refuse("not a name for a key, wanted at most 64 letters, digits, dots, dashes and underscores");
    }
    if (name === BOOTSTRAP.name) throw refuse("this is what the key of ADMIN_API_KEY is called, wanted another name");
    if (expiresAt !== null && expiresAt <= now()) {
      throw refuse(`it expires at ${new Date(expiresAt).toISOString()}, wanted a time to come`);
    }
    const key = createApiKey((bytes) => crypto.getRandomValues(bytes));
    const recorded = await recordApiKey(db, {
      id: crypto.randomUUID(),
      name,
      hash: await hashText(key),
      role,
      expiresAt,
      now: now(),
      actor: principal.actor,
    });
    if (!recorded.ok) throw refuse("a valid key has that name, wanted another name, or that one revoked first");
    return { id: recorded.value.id, key };
  },

  revokeApiKey: async (_: unknown, { where }: RevokeArguments, { db, principal, now }: GraphqlContext) => {
    if (where.id === BOOTSTRAP.id) {
      throw requestError(
        "BAD_USER_INPUT",
        'Cannot revoke API key "admin": it is in the configuration, change or delete the secret ADMIN_API_KEY',
      );
    }
    const revoked = await revokeApiKey(db, { id: where.id, now: now(), actor: principal.actor });
    if (!revoked.ok) {
      throw requestError("NOT_FOUND", `Cannot revoke API key ${JSON.stringify(where.id)}: none has that id`);
    }
    return `API key with name ${revoked.value.name} successfully revoked`;
  },
};
