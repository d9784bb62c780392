// createWebhook and updateWebhook, with the documents that Kili's SDK sends.
import { beforeEach, describe, expect, test } from "vitest";
import type { Env } from "../../worker/env.ts";
import { MAX_KEPT_VERSIONS, MAX_WEBHOOK_HEADER_CHARS, MAX_WEBHOOK_URL_CHARS, WEBHOOK_MS } from "../../worker/limits.ts";
import { db, emptyDatabase } from "../store/test-db.ts";
import { NOW } from "../store/rows.ts";
import { ask, askAs, askData, clock, makeKey, reported, type Answer } from "./graphql-host.ts";

const document = (mutation: string) => `
mutation(
  $eventMatcher: [String!]
  $handlerTypes: [PluginHandlerType!]
  $pluginName: String!
  $webhookUrl: String!
  $header: String
  ) {
  data: ${mutation}(
    data: {
      eventMatcher: $eventMatcher
      handlerTypes: $handlerTypes
      header: $header
      pluginName: $pluginName
      webhookUrl: $webhookUrl
    }
  )
}
`;
const CREATE = document("createWebhook");
const UPDATE = document("updateWebhook");

const HOOK = { pluginName: "hook", webhookUrl: "https://hooks.example.com/path-of-the-url?key=of-the-url" };
const SECRET = { STORE_SECRET: "a store secret" };

const messageOf = (answer: Answer) => answer.errors?.[0]?.message ?? "";

beforeEach(async () => {
  reported.length = 0;
  await emptyDatabase();
});

describe("createWebhook", () => {
  test("makes an active plugin of a URL", async () => {
    expect(await askData(CREATE, HOOK)).toBe("Plugin with name hook successfully created");
    const plugin = `{ data: plugin(name: "hook") {
      status projectIds handlerTypes manifest currentVersion { kind version handlers } versions { id }
      limits { name effective enforcer } } }`;
    expect(await askData(plugin)).toEqual({
      status: "ACTIVE",
      projectIds: [],
      handlerTypes: ["onSubmit", "onReview"],
      manifest: expect.objectContaining({
        name: "hook",
        events: ["onSubmit", "onReview"],
        projects: [],
        permissions: { kili: [], kili_projects: [], net: [], env: [] },
      }) as unknown,
      currentVersion: { kind: "webhook", version: "1.0.0", handlers: [] },
      versions: [expect.anything()],
      limits: [{ name: "timeout_ms", effective: WEBHOOK_MS, enforcer: "host" }],
    });
    expect(await askData(`{ data: getPluginRunnerStatus(name: "hook") }`)).toBe("ACTIVE");
    expect(await askData(`{ data: audit(pluginName: "hook") { actor action } }`)).toEqual([
      { actor: "key:admin", action: "registered" },
    ]);
  });

  test.each([
    ["handler types", { handlerTypes: ["onProjectUpdated", "onSubmit"] }, ["onProjectUpdated", "onSubmit"]],
    ["event patterns", { eventMatcher: ["labels.created.*", "*"] }, ["labels.created.*", "*"]],
    ["empty lists", { handlerTypes: [], eventMatcher: [] }, ["onSubmit", "onReview"]],
    ["the same twice", { handlerTypes: ["onSubmit", "onSubmit"] }, ["onSubmit"]],
  ])("takes %s", async (_, what, events) => {
    await askData(CREATE, { ...HOOK, ...what });
    expect(await askData(`{ data: plugin(name: "hook") { manifest } }`)).toMatchObject({ manifest: { events } });
  });

  test("keeps the header encrypted, and shows it to nobody", async () => {
    const answer = await ask(CREATE, { ...HOOK, header: "Bearer the-header" }, SECRET);
    expect(answer).toEqual({ data: { data: "Plugin with name hook successfully created" } });
    const row = await db.prepare("SELECT url, header FROM webhooks").first<{ url: string; header: string }>();
    expect(row?.url).toBe(HOOK.webhookUrl);
    expect(atob(row?.header ?? "").length).toBe(12 + "Bearer the-header".length + 16);
    expect(JSON.stringify(await db.prepare("SELECT * FROM versions").all())).not.toMatch(/the-header|of-the-url/);
  });

  test("refuses a name that is taken, in the words that Kili's SDK looks for", async () => {
    await askData(CREATE, HOOK);
    const again = await ask(CREATE, { ...HOOK, webhookUrl: "https://other.example.com/" });
    expect(messageOf(again)).toContain(`an entity Plugin already exists with value "hook" for field 'name'`);
    const rows = await db.prepare("SELECT count(*) AS count FROM webhooks").first<{ count: number }>();
    expect(rows?.count).toBe(1);
  });

  test("gives one of two that come at once the name", async () => {
    const answers = await Promise.all([ask(CREATE, HOOK), ask(CREATE, HOOK)]);
    expect(answers.filter((answer) => answer.errors === undefined)).toHaveLength(1);
    expect(answers.map(messageOf).join()).toContain("already exists");
    const rows = await db.prepare("SELECT count(*) AS count FROM webhooks").first<{ count: number }>();
    expect(rows?.count).toBe(1);
  });

  test.each<[string, Record<string, unknown>, string, Partial<Env>?]>([
    ["a header without a place for it", { header: "Bearer x" }, "STORE_SECRET", {}],
    ["a header with a line end", { header: "Bearer x\r\nx-other: 1" }, "wanted ASCII without line ends"],
    ["a header beyond ASCII", { header: "Bearer é" }, "wanted ASCII"],
    ["a header with space around it", { header: " Bearer x" }, "without space around it"],
    ["a long header", { header: "x".repeat(MAX_WEBHOOK_HEADER_CHARS + 1) }, `at most ${MAX_WEBHOOK_HEADER_CHARS}`],
    [
      "a long URL",
      { webhookUrl: `https://a.example.com/${"x".repeat(MAX_WEBHOOK_URL_CHARS)}` },
      `at most ${MAX_WEBHOOK_URL_CHARS}`,
    ],
    ["no URL", { webhookUrl: "hooks.example.com" }, "is not a URL"],
    ["another scheme", { webhookUrl: "ftp://hooks.example.com/" }, "wanted a URL that starts with https: or http:"],
    [
      "a password in the URL",
      { webhookUrl: "https://user:pass-in-url@hooks.example.com/" },
      "wanted an Authorization header",
    ],
    [
      "a private address",
      { webhookUrl: "http://10.1.2.3/hook" },
      `requires net access to "10.1.2.3:80": it is a private address`,
    ],
    ["this machine", { webhookUrl: "http://localhost:8787/" }, "it is a private address"],
    ["both kinds of events", { handlerTypes: ["onSubmit"], eventMatcher: ["a.b"] }, "wanted one of them"],
    ["an event pattern that is none", { eventMatcher: ["labels created"] }, "eventMatcher: wanted a handler type"],
    ["an empty name", { pluginName: "" }, "pluginName"],
    ["a name with a line end", { pluginName: "two\nlines" }, "pluginName: wanted visible characters"],
    ["a name with a blank in front", { pluginName: " hook" }, "pluginName: wanted one without blanks"],
    ["a long name", { pluginName: "x".repeat(129) }, "pluginName"],
  ])("refuses %s, and quotes no secret", async (_, what, found, overrides = SECRET) => {
    const answer = await ask(CREATE, { ...HOOK, ...what }, overrides);
    expect(messageOf(answer)).toMatch(/^Cannot create webhook "/);
    expect(messageOf(answer)).toContain(found);
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: "BAD_USER_INPUT" });
    expect(messageOf(answer)).not.toMatch(/Bearer|of-the-url|pass-in-url/);
    expect(await askData("{ data: listPlugins { name } }")).toEqual([]);
    expect(reported).toEqual([]);
  });

  test("takes a private address that the deployment lets through", async () => {
    const hook = { ...HOOK, webhookUrl: "http://10.1.2.3:9000/hook" };
    expect((await ask(CREATE, hook, { ALLOW_PRIVATE_NET: "10.1.2.3:9000" })).errors).toBeUndefined();
  });

  test("is not for viewers", async () => {
    const { key } = await makeKey("viewer");
    for (const mutation of [CREATE, UPDATE]) {
      expect((await askAs(key, mutation, HOOK)).errors?.[0]?.extensions).toMatchObject({ code: "FORBIDDEN" });
    }
    const operator = await makeKey("operator");
    expect((await askAs(operator.key, CREATE, HOOK)).errors).toBeUndefined();
  });
});

describe("updateWebhook", () => {
  test("makes a new version of all that is given", async () => {
    await ask(CREATE, { ...HOOK, header: "first-header", handlerTypes: ["onReview"] }, SECRET);
    const updated = await ask(UPDATE, { ...HOOK, webhookUrl: "https://new.example.com/" }, SECRET);
    expect(updated).toEqual({ data: { data: "Plugin with name hook successfully updated" } });
    const { versions, ...plugin } = (await askData(`{ data: plugin(name: "hook") {
      handlerTypes currentVersion { id version } versions { id version hash } } }`)) as {
      versions: { version: string; hash: string }[];
      currentVersion: { id: string };
    };
    expect(plugin).toMatchObject({ handlerTypes: ["onSubmit", "onReview"], currentVersion: { version: "2.0.0" } });
    expect(versions.map(({ version }) => version).toSorted()).toEqual(["1.0.0", "2.0.0"]);
    for (const { hash } of versions) expect(hash).toMatch(/^[0-9a-f]{64}$/);
    const current = db.prepare("SELECT url, header FROM webhooks WHERE version_id = ?1").bind(plugin.currentVersion.id);
    expect(await current.first()).toEqual({ url: "https://new.example.com/", header: null });
  });

  test("lets the oldest versions go, and their headers with them", async () => {
    await ask(CREATE, { ...HOOK, header: "first-header" }, SECRET);
    for (let updates = 0; updates < MAX_KEPT_VERSIONS; updates += 1) {
      clock.now += 1_000;
      await ask(UPDATE, { ...HOOK, header: "header" }, SECRET);
    }
    clock.now = NOW;
    const oldest = await db.prepare("SELECT version FROM versions ORDER BY created_at").first<{ version: string }>();
    expect(oldest?.version).toBe("2.0.0");
    const kept = await db.prepare("SELECT count(*) AS count FROM webhooks").first<{ count: number }>();
    expect(kept?.count).toBe(MAX_KEPT_VERSIONS);
  });

  test("refuses a name that is unknown, or another plugin's", async () => {
    const unknown = await ask(UPDATE, HOOK);
    expect(unknown.errors).toMatchObject([
      { message: 'Cannot update webhook "hook": none has that name', extensions: { code: "NOT_FOUND" } },
    ]);
    await db
      .prepare("INSERT INTO plugins (id, name, status, created_at, updated_at) VALUES ('p', 'hook', 'FAILED', 0, 0)")
      .run();
    expect(messageOf(await ask(UPDATE, HOOK))).toContain("the plugin of that name is code, wanted a webhook");
    expect(messageOf(await ask(CREATE, HOOK))).toContain("an entity Plugin already exists");
  });
});
