// Who asks, and which API keys there are. Names and shapes are Kili's, and so is asking with a key in clear: it is
// compared and forgotten.
import { countApiKeys } from "../store/count-api-keys.ts";
import { listApiKeys, type ApiKeyRow } from "../store/list-api-keys.ts";
import { BOOTSTRAP } from "./authenticate.ts";
import type { GraphqlContext } from "./graphql-context.ts";
import { matchApiKeys, type ApiKeyWhere } from "./match-api-keys.ts";
import { toPage, type PageArguments } from "./to-page.ts";

interface KeysArguments {
  readonly where: ApiKeyWhere;
}

// Kili's SDK wants a date also of a key that does not expire.
const NEVER = Date.UTC(2099, 0, 1);

const BOOTSTRAP_FACTS = {
  id: BOOTSTRAP.id,
  name: "ADMIN_API_KEY",
  role: BOOTSTRAP.role,
  createdAt: null,
  expiryDate: NEVER,
  revoked: false,
  lastUsedAt: null,
};

export const apiKeyQueries = {
  viewer: (_: unknown, __: unknown, { principal }: GraphqlContext) => principal,

  apiKeys: async (_: unknown, args: KeysArguments & PageArguments, { db, env, principal }: GraphqlContext) => {
    const { first, skip } = toPage(args, 100);
    const { bootstrap, rows } = await matchApiKeys(args.where, principal, env);
    const head = bootstrap && skip === 0 && first > 0 ? [BOOTSTRAP_FACTS] : [];
    const page = { first: first - head.length, skip: Math.max(0, skip - (bootstrap ? 1 : 0)) };
    return [...head, ...(rows === null ? [] : await listApiKeys(db, rows, page)).map(toFacts)];
  },

  countApiKeys: async (_: unknown, { where }: KeysArguments, { db, env, principal }: GraphqlContext) => {
    const { bootstrap, rows } = await matchApiKeys(where, principal, env);
    return (bootstrap ? 1 : 0) + (rows === null ? 0 : await countApiKeys(db, rows));
  },
};

function toFacts({ id, name, role, createdAt, expiresAt, revokedAt, lastUsedAt }: ApiKeyRow) {
  return { id, name, role, createdAt, expiryDate: expiresAt ?? NEVER, revoked: revokedAt !== null, lastUsedAt };
}
