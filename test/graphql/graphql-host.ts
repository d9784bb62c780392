// The GraphQL endpoint on the test database, and the ways tests ask it.
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { expect } from "vitest";
import type { Env } from "../../worker/env.ts";
import { createGraphqlHandler } from "../../worker/graphql/create-graphql-handler.ts";
import { rememberKiliSchema } from "../../worker/graphql/remember-kili-schema.ts";
import { readHostStatus } from "../../worker/operate/read-host-status.ts";
import { orderTrial } from "../../worker/trial/order-trial.ts";
import { backfillPage } from "../../worker/backfill/backfill-page.ts";
import { buildUpload } from "../../worker/registry/build-upload.ts";
import { registerWebhook } from "../../worker/registry/register-webhook.ts";
import { NOW } from "../store/rows.ts";
import { db } from "../store/test-db.ts";

export const KEY = "graphql-test-key";

/** Projects the inboxes were told about, and errors the log got. Tests empty them. */
export const notified: string[] = [];
export const reported: unknown[] = [];

/** What time the host takes it to be; a test that changes it sets it back. */
export const clock = { now: NOW };

/** What the host reaches when it sends something: nothing, unless a test puts something there. */
export const farEnd: { fetch: (url: string, init: RequestInit) => Promise<Response> } = { fetch: noNetwork };

export async function noNetwork(url: string): Promise<Response> {
  throw new Error(`no network in this test: ${url}`);
}

const fetchFarEnd = (url: string, init: RequestInit) => farEnd.fetch(url, init);

export const readKiliSchema = rememberKiliSchema({ fetch: fetchFarEnd, now: () => clock.now });

const handler = createGraphqlHandler({
  readKiliSchema,
  sending: { fetch: fetchFarEnd, sleep: async () => {}, random: () => 0 },
  onRegistryChanged: async (_env, projectId) => {
    notified.push(projectId);
  },
  backfillPage,
  buildUpload,
  registerWebhook,
  orderTrial,
  readHostStatus,
  now: () => clock.now,
  reportError: (error) => {
    reported.push(error);
  },
});

/** Vitest's matchers, without their `any`. */
export const anyText: unknown = expect.any(String);
export const textWith = (part: string | RegExp): unknown => expect.stringMatching(part);
export const objectWith = (part: Record<string, unknown>): unknown => expect.objectContaining(part);

export interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
}

/** A budget that never ends and forgets pauses, so that no test waits for another's. */
const KILI_BUDGET = {
  idFromName: () => null,
  get: () => ({ lease: async (_flow: string, want: number) => want, pause: async () => {} }),
} as unknown as Env["KILI_BUDGET"];

/** Sends a request to the endpoint as it stands. */
export async function send(request: Request, overrides: Partial<Env> = {}): Promise<Response> {
  const ctx = createExecutionContext();
  const response = await handler(request, { DB: db, ADMIN_API_KEY: KEY, KILI_BUDGET, ...overrides } as Env, ctx);
  await waitOnExecutionContext(ctx);
  return response;
}

/** Asks as Kili's SDK does: POST, JSON, its own form of the key. The answer is HTTP 200 and JSON, whatever happens. */
export async function ask(
  query: string,
  variables: Record<string, unknown> = {},
  overrides: Partial<Env> = {},
  key = KEY,
): Promise<Answer> {
  const response = await send(
    new Request("http://host/api/label/v2/graphql", {
      method: "POST",
      headers: {
        authorization: `X-API-Key: ${key}`,
        accept: "application/json",
        "content-type": "application/json",
      },
      body: JSON.stringify({ query, variables }),
    }),
    overrides,
  );
  expect(response.status).toBe(200);
  const answer: Answer = await response.json();
  for (const error of answer.errors ?? []) expect(error.extensions).toMatchObject({ code: anyText });
  return answer;
}

/** Asks for `data:`, as every document of Kili's SDK is written, and expects no errors. */
export async function askData(query: string, variables: Record<string, unknown> = {}): Promise<unknown> {
  const answer = await ask(query, variables);
  expect(answer.errors).toBeUndefined();
  return answer.data?.["data"];
}

/** Makes a key as an admin would. */
export async function makeKey(
  role: "viewer" | "operator" | "admin",
  { name = role, expiresAt = null }: { name?: string; expiresAt?: string | null } = {},
): Promise<{ readonly id: string; readonly key: string }> {
  const query = `mutation ($data: CreateApiKeyInput!) { data: createApiKey(data: $data) { id key } }`;
  return (await askData(query, { data: { name, role, expiresAt } })) as { id: string; key: string };
}

/** Asks with another key than the bootstrap one. */
export function askAs(key: string, query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
  return ask(query, variables, {}, key);
}
