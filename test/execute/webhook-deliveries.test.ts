// Webhooks from end to end: registered through the API, activated, and delivered to at the network's far end.
import { env } from "cloudflare:workers";
import { Webhook } from "standardwebhooks";
import { beforeAll, describe, expect, test } from "vitest";
import onSubmit from "../../cli/samples/onSubmit.json" with { type: "json" };
import type { RecordedDelivery } from "../webhook-recorder.ts";
import { ADMIN_API_KEY, fetchHost, postWebhook, waitForRuns, webhookBody } from "../test-host.ts";

const SIGNING_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLTEw";

beforeAll(() => {
  Object.assign(env, { STORE_SECRET: "a store secret of the tests", WEBHOOK_SIGNING_SECRET: SIGNING_SECRET });
});

async function mutate(document: string, variables: Record<string, unknown>): Promise<string> {
  const answer = await fetchHost("/api/label/v2/graphql", {
    method: "POST",
    headers: { authorization: `X-API-Key: ${ADMIN_API_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ query: document, variables }),
  });
  const { data, errors } = await answer.json<{ data?: { data: string }; errors?: unknown }>();
  expect(errors).toBeUndefined();
  return data?.data ?? "";
}

interface Hook {
  readonly url: string;
  readonly header?: string;
  readonly handlerTypes?: readonly string[];
  readonly eventMatcher?: readonly string[];
}

const variablesOf = (pluginName: string, { url, ...rest }: Hook) => ({ pluginName, webhookUrl: url, ...rest });

// As Kili's SDK writes them.
const VARIABLES =
  "$eventMatcher: [String!] $handlerTypes: [PluginHandlerType!] $pluginName: String! $webhookUrl: String! $header: String";
const DATA =
  "eventMatcher: $eventMatcher handlerTypes: $handlerTypes header: $header pluginName: $pluginName webhookUrl: $webhookUrl";
const CREATE = `mutation(${VARIABLES}) { data: createWebhook(data: { ${DATA} }) }`;
const UPDATE = `mutation(${VARIABLES}) { data: updateWebhook(data: { ${DATA} }) }`;
const ACTIVATE = `mutation($pluginName: String! $projectId: ID!) {
  data: activatePluginOnProject(where: { pluginName: $pluginName projectId: $projectId }) }`;

/** A webhook that is active on a project of the same name. */
async function useWebhook(name: string, hook: Hook): Promise<void> {
  await mutate(CREATE, variablesOf(name, hook));
  await mutate(ACTIVATE, { pluginName: name, projectId: name });
}

/** Posts an event and answers its id. */
async function post(body: unknown): Promise<string> {
  const answer = await postWebhook(body);
  expect(answer.status).toBe(202);
  return (await answer.json<{ id: string }>()).id;
}

async function recorded(path: string): Promise<RecordedDelivery[]> {
  return (await fetch(`https://recorder.example.com/${path}`)).json();
}

describe("a webhook that takes what it is sent", () => {
  test("gets Kili's envelope as it came, with the header, an id and a signature", async () => {
    await useWebhook("plain", { url: "https://recorder.example.com/plain", header: "Bearer a-plain-secret" });
    const body = JSON.stringify(
      { ...onSubmit, logPayload: { runId: "run-of-plain", projectId: "plain", more: 1 }, unknown: [1, { a: '}\\"' }] },
      null,
      1,
    );
    const runs = await waitForRuns(await post(body), 1);
    expect(runs).toMatchObject([{ plugin: "plain", attempt: 1, outcome: { type: "ok", result: null } }]);
    expect(runs[0]?.logs).toEqual([expect.stringMatching(/^info: recorder\.example\.com answered 204 in \d+ ms$/)]);

    const [delivery] = await recorded("plain");
    expect(delivery?.text).toBe(body);
    expect(delivery?.headers).toMatchObject({
      "content-type": "application/json",
      authorization: "Bearer a-plain-secret",
      "webhook-id": expect.stringMatching(/^dl_/) as unknown,
    });
    const verified: unknown = new Webhook(SIGNING_SECRET).verify(body, delivery?.headers ?? {});
    expect(verified).toEqual(JSON.parse(body));
  });
});

describe("updateWebhook", () => {
  test("holds from the next event on; what was accepted before goes where it was to", async () => {
    await useWebhook("moved", { url: "https://recorder.example.com/moved-from?answer=500,204", header: "old-header" });
    const before = await post(webhookBody("moved"));
    await waitForRuns(before, 1);
    await mutate(UPDATE, variablesOf("moved", { url: "https://recorder.example.com/moved-to" }));
    const after = await post(webhookBody("moved"));

    expect(await waitForRuns(after, 1)).toMatchObject([{ outcome: { type: "ok" } }]);
    expect(await waitForRuns(before, 2)).toMatchObject([
      { attempt: 1, outcome: { type: "threw", name: "WebhookError" } },
      { attempt: 2, outcome: { type: "ok" } },
    ]);
    const [first, second] = await recorded("moved-from");
    expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
    expect(second?.headers["authorization"]).toBe("old-header");
    const moved = await recorded("moved-to");
    expect(moved).toHaveLength(1);
    expect(moved[0]?.headers).not.toHaveProperty("authorization");
  });
});
