// The GraphQL endpoint on the test database, and the ways tests ask it.
import { createExecutionContext } from "cloudflare:test";
import { expect } from "vitest";
import type { Env } from "../../worker/env.ts";
import { createGraphqlHandler } from "../../worker/graphql/create-graphql-handler.ts";
import { NOW } from "../store/rows.ts";
import { db } from "../store/test-db.ts";

export const KEY = "graphql-test-key";

/** Projects the inboxes were told about, and errors the log got. Tests empty them. */
export const notified: string[] = [];
export const reported: unknown[] = [];

const handler = createGraphqlHandler({
  onRegistryChanged: async (_env, projectId) => {
    notified.push(projectId);
  },
  now: () => NOW,
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

/** Sends a request to the endpoint as it stands. */
export function send(request: Request, overrides: Partial<Env> = {}): Promise<Response> {
  return handler(request, { DB: db, ADMIN_API_KEY: KEY, ...overrides } as Env, createExecutionContext());
}

/** Asks as Kili's SDK does: POST, JSON, its own form of the key. The answer is HTTP 200 and JSON, whatever happens. */
export async function ask(
  query: string,
  variables: Record<string, unknown> = {},
  overrides: Partial<Env> = {},
): Promise<Answer> {
  const response = await send(
    new Request("http://host/api/label/v2/graphql", {
      method: "POST",
      headers: {
        authorization: `X-API-Key: ${KEY}`,
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
