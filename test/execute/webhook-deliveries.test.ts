// Webhooks from end to end: registered through the API, activated, and delivered to at the network's far end.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { Webhook } from "standardwebhooks";
import { beforeAll, describe, expect, test, vi } from "vitest";
import onSubmit from "../../cli/samples/onSubmit.json" with { type: "json" };
import { MAX_BODY_BYTES } from "../../worker/limits.ts";
import type { RecordedDelivery } from "../webhook-recorder.ts";
import { ADMIN_API_KEY, fetchHost, postWebhook, waitForRuns, webhookBody } from "../test-host.ts";

const SIGNING_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLTEw";

/** What the host wrote to its log. */
const logged: string[] = [];

beforeAll(() => {
  for (const level of ["debug", "error", "info", "log", "warn"] as const) {
    const original = console[level];
    vi.spyOn(console, level).mockImplementation((...parts: unknown[]) => {
      logged.push(JSON.stringify(parts));
      original(...parts);
    });
  }
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

/** A webhook that is active on a project of the same name. The limits are put in place of what a webhook has. */
async function useWebhook(
  name: string,
  hook: Hook,
  { attempts = 5, timeoutMs = 15_000 }: { readonly attempts?: number; readonly timeoutMs?: number } = {},
): Promise<void> {
  await mutate(CREATE, variablesOf(name, hook));
  await env.DB.prepare(
    `UPDATE versions SET manifest = json_set(manifest, '$.retry.max_attempts', ?2, '$.limits.timeout_ms', ?3)
     WHERE id = (SELECT version_id FROM plugins WHERE name = ?1)`,
  )
    .bind(name, attempts, timeoutMs)
    .run();
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

async function waitForState(eventId: string, state: string): Promise<void> {
  for (;;) {
    const query = env.DB.prepare("SELECT state FROM deliveries WHERE event_id = ?1").bind(eventId);
    if ((await query.first<{ state: string }>())?.state === state) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Every row of every table of D1, as text. */
async function wholeDatabase(): Promise<string[]> {
  const { results } = await env.DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
  ).all<{ name: string }>();
  const tables = await Promise.all(results.map(({ name }) => env.DB.prepare(`SELECT * FROM "${name}"`).all()));
  return tables.flatMap(({ results }) => results.map((row) => JSON.stringify(row)));
}

/** The same of a project's inbox. */
async function wholeJournal(projectId: string): Promise<string[]> {
  const inbox = env.INBOX.getByName(projectId) as unknown as DurableObjectStub;
  return runInDurableObject(inbox, (_, { storage }) => {
    const tables = storage.sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
      )
      .toArray();
    const rows = tables.flatMap(({ name }) => storage.sql.exec(`SELECT * FROM "${name}"`).toArray());
    return rows.map((row) => JSON.stringify(row));
  });
}

/** What the API tells of a plugin and its runs. */
async function wholeApi(name: string): Promise<string> {
  const query = `query ($name: String!) {
    plugin(name: $name) { name status manifest versions { id kind hash version manifest handlers } limits { name } }
    runs(where: { pluginName: $name }) { outcome { type name message stack result } calls { target result detail } logs { content } }
    getPluginLogs(data: { pluginName: $name, projectId: $name }) { content }
    audit(pluginName: $name) { actor action detail } }`.replaceAll("projectId: $name", `projectId: "${name}"`);
  const answer = await fetchHost("/api/label/v2/graphql", {
    method: "POST",
    headers: { authorization: `X-API-Key: ${ADMIN_API_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ query, variables: { name } }),
  });
  const text = await answer.text();
  expect(text).not.toContain('"errors"');
  return text;
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

describe("a webhook that does not", () => {
  test("is tried again, with the same id, until the attempts are used up", async () => {
    await useWebhook("failing", { url: "https://recorder.example.com/failing?answer=500&text=down" }, { attempts: 3 });
    const event = await post(webhookBody("failing"));
    const runs = await waitForRuns(event, 3);
    const message = 'Cannot deliver to webhook "recorder.example.com": it answered 500, wanted 2xx. It said: down';
    expect(runs).toHaveLength(3);
    for (const { outcome } of runs) {
      expect(outcome).toEqual({ type: "threw", name: "WebhookError", message, stack: null });
    }
    await waitForState(event, "dead");
    const sent = await recorded("failing");
    expect(new Set(sent.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    for (const { headers, text } of sent) new Webhook(SIGNING_SECRET).verify(text ?? "", headers);
  });

  test("is cancelled after its time", async () => {
    await useWebhook(
      "hanging",
      { url: "https://recorder.example.com/hanging?answer=hang" },
      { attempts: 1, timeoutMs: 200 },
    );
    const event = await post(webhookBody("hanging"));
    expect(await waitForRuns(event, 1)).toMatchObject([
      {
        outcome: { type: "timeout", limitMs: 200 },
        logs: [`error: Cannot deliver to webhook "recorder.example.com": it has not answered within 200 ms`],
      },
    ]);
    await waitForState(event, "dead");
  });

  test("is not followed elsewhere", async () => {
    const to = encodeURIComponent("https://recorder.example.com/elsewhere");
    await useWebhook(
      "moving",
      { url: `https://recorder.example.com/moving?answer=307&location=${to}`, header: "h" },
      { attempts: 1 },
    );
    const [run] = await waitForRuns(await post(webhookBody("moving")), 1);
    expect(run?.outcome).toMatchObject({
      name: "WebhookError",
      message: expect.stringContaining("not followed") as unknown,
    });
    expect(await recorded("elsewhere")).toEqual([]);
  });
});

describe("what is delivered", () => {
  test("is what was asked for, on the projects it is active on, until it is deactivated", async () => {
    const names = ["by-default", "by-type", "by-pattern"] as const;
    for (const [name, what] of [
      ["by-default", {}],
      ["by-type", { handlerTypes: ["onReview"] }],
      ["by-pattern", { eventMatcher: ["labels.created.*"] }],
    ] as const) {
      await mutate(CREATE, variablesOf(name, { url: `https://recorder.example.com/${name}`, ...what }));
      await mutate(ACTIVATE, { pluginName: name, projectId: "matching" });
    }
    const events: string[] = [];
    for (const eventType of ["onSubmit", "onReview", "onProjectUpdated", "labels.created.by.x"]) {
      events.push(await post(webhookBody("matching", { eventType })));
      await post(webhookBody("not-matching", { eventType }));
    }
    const counts = [1, 2, 0, 1];
    for (const [index, event] of events.entries()) if (counts[index]) await waitForRuns(event, counts[index] ?? 0);
    const types = await Promise.all(
      names.map(async (name) =>
        (await recorded(name)).map(({ text }) => (JSON.parse(text ?? "") as { eventType: string }).eventType),
      ),
    );
    expect(types).toEqual([["onSubmit", "onReview"], ["onReview"], ["labels.created.by.x"]]);

    await mutate(ACTIVATE.replace("activate", "deactivate"), { pluginName: "by-default", projectId: "matching" });
    const answer = await postWebhook(webhookBody("matching"));
    expect(await answer.json()).toMatchObject({ deliveries: 0 });
  });

  test("is put into Kili's envelope where it came without one", async () => {
    await useWebhook("bare", { url: "https://recorder.example.com/bare", eventMatcher: ["asset.*"] });
    const body = { event: "asset.skipped", projectId: "bare", organizationId: "o", payload: { assetId: "a" } };
    const event = await post(body);
    await waitForRuns(event, 1);
    const [delivery] = await recorded("bare");
    expect(JSON.parse(delivery?.text ?? "")).toEqual({
      eventType: "asset.skipped",
      logPayload: { runId: event, projectId: "bare" },
      payload: body,
    });
  });

  test("may be as large as the host takes", { timeout: 60_000 }, async () => {
    await useWebhook("large", { url: "https://recorder.example.com/large" });
    const start = JSON.stringify(webhookBody("large")).slice(0, -1);
    const body = `${start},"filling":"${"é".repeat((MAX_BODY_BYTES - start.length - 20) / 2)}"}`;
    const bytes = new TextEncoder().encode(body);
    const runs = await waitForRuns(await post(body), 1);
    expect(runs).toMatchObject([{ outcome: { type: "ok" } }]);
    const [delivery] = await recorded("large");
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    expect(delivery).toMatchObject({ bytes: bytes.byteLength, sha256 });
    expect(delivery?.headers["webhook-signature"]).toMatch(/^v1,/);
  });
});

describe("the header", () => {
  test("is nowhere but in the deliveries", async () => {
    const header = "Bearer this-is-nowhere-else";
    await useWebhook(
      "secretive",
      { url: "https://recorder.example.com/secretive?answer=401&echo=1", header },
      { attempts: 2 },
    );
    const event = await post(webhookBody("secretive"));
    const runs = await waitForRuns(event, 2);
    await waitForState(event, "dead");
    expect((await recorded("secretive"))[0]?.headers["authorization"]).toBe(header);
    expect(JSON.stringify(runs)).toContain("[redacted]");

    const everything = [
      ...(await wholeDatabase()),
      ...(await wholeJournal("secretive")),
      await wholeApi("secretive"),
      ...logged,
    ];
    expect(everything.length).toBeGreaterThan(10);
    for (const text of everything) expect(text).not.toMatch(/this-is-nowhere-else/);
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
