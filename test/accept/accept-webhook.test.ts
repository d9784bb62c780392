// The webhook over HTTP: what each wrong call is told, and what a right one promises.
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { useInlinePlugin } from "../dispatch/inline-plugin.ts";
import { fetchHost, postWebhook, waitForRuns, WEBHOOK_SECRET, webhookBody } from "../test-host.ts";

interface Refusal {
  readonly error: { readonly code: string; readonly message: string; readonly issues?: { path: string }[] };
}

interface Accepted {
  readonly id: string;
  readonly duplicate: boolean;
  readonly deliveries: number;
}

/** Posts raw bytes with the secret. */
function postRaw(body: BodyInit, path = "/webhook"): Promise<Response> {
  return fetchHost(path, { method: "POST", headers: { authorization: WEBHOOK_SECRET }, body });
}

async function refusalOf(answer: Response): Promise<[number, string, string[]]> {
  const { error } = await answer.json<Refusal>();
  expect(error.message).not.toBe("");
  return [answer.status, error.code, error.issues?.map(({ path }) => path) ?? []];
}

async function acceptedOf(answer: Response): Promise<Accepted> {
  expect(answer.status).toBe(202);
  return answer.json<Accepted>();
}

// Answers with what it was given, so that a test can compare it with what was sent.
const ECHO = `
  onSubmit(event) { return event; }
  onProjectUpdated(event) { return event; }
  onEvent(payload) { return payload; }`;

beforeAll(async () => {
  await useInlinePlugin({
    name: "echo",
    projects: ["echo"],
    source: ECHO,
    manifest: { events: ["onSubmit", "onProjectUpdated", "*"] },
  });
});

async function echoed(body: unknown, path?: string): Promise<unknown> {
  const { id, deliveries } = await acceptedOf(await postWebhook(body, path));
  expect(deliveries).toBe(1);
  const [run] = await waitForRuns(id, 1);
  if (run?.outcome.type !== "ok") throw new Error(JSON.stringify(run?.outcome));
  return JSON.parse(run.outcome.result ?? "null");
}

describe("secret", () => {
  const post = (authorization: string | null): Promise<Response> =>
    fetchHost("/webhook", {
      method: "POST",
      headers: authorization === null ? {} : { authorization },
      body: JSON.stringify(webhookBody("secrets")),
    });

  test.each([
    ["the secret", WEBHOOK_SECRET],
    ["the one that is being rotated out", "older-webhook-secret"],
    ["the Bearer form", `Bearer ${WEBHOOK_SECRET}`],
    ["the Bearer form in lower case", `bearer ${WEBHOOK_SECRET}`],
  ])("%s is accepted", async (_, authorization) => {
    expect((await post(authorization)).status).toBe(202);
  });

  test.each([
    ["none", null],
    ["an empty one", ""],
    ["the last character wrong", `${WEBHOOK_SECRET.slice(0, -1)}x`],
    ["the first character wrong", `x${WEBHOOK_SECRET.slice(1)}`],
    ["one character more", `${WEBHOOK_SECRET}x`],
    ["one character less", WEBHOOK_SECRET.slice(0, -1)],
    ["both at once, as configured", "test-webhook-secret, older-webhook-secret"],
    ["the administrator's key", "test-admin-key"],
    ["another case", WEBHOOK_SECRET.toUpperCase()],
  ])("%s is refused", async (_, authorization) => {
    expect(await refusalOf(await post(authorization))).toEqual([401, "wrong_secret", []]);
  });

  test("is checked before anything of the body is read", async () => {
    const answer = await fetchHost("/webhook", { method: "POST", headers: { authorization: "no" }, body: "{" });
    expect(answer.status).toBe(401);
  });

  test("other methods find nothing", async () => {
    expect((await fetchHost("/webhook")).status).toBe(404);
  });
});

describe("body", () => {
  test.each<[string, BodyInit]>([
    ["nothing", ""],
    ["half an object", '{"eventType":"onSubmit"'],
    ["two values", "{}{}"],
    ["a comment", "{} // no"],
  ])("%s is not JSON", async (_, body) => {
    expect(await refusalOf(await postRaw(body))).toEqual([400, "not_json", []]);
  });

  test.each<[string, number[]]>([
    ["a stray continuation byte", [0x22, 0x80, 0x22]],
    ["a character cut short", [0x22, 0xe2, 0x82, 0x22]],
    ["an overlong slash", [0x22, 0xc0, 0xaf, 0x22]],
    ["UTF-16", [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
  ])("%s is not UTF-8", async (_, bytes) => {
    expect(await refusalOf(await postRaw(new Uint8Array(bytes)))).toEqual([400, "not_utf8", []]);
  });

  test.each([
    ["null", "null"],
    ["1", "a number"],
    ["[]", "an array"],
    ['[{"eventType":"onSubmit"}]', "an array"],
    ['"onSubmit"', "a string"],
    ["true", "a boolean"],
  ])("%s is no envelope", async (body, found) => {
    const answer = await postRaw(body);
    const { error } = await answer.clone().json<Refusal>();
    expect(await refusalOf(answer)).toEqual([422, "bad_envelope", ["(body)"]]);
    expect(error.issues).toEqual([{ path: "(body)", message: `found ${found}, wanted a JSON object` }]);
  });

  test.each([
    ["no type", {}],
    ["no type that holds", { eventType: null, event: null }],
  ])("%s is said of the field that should hold it", async (_, types) => {
    const answer = await postWebhook({ ...types, logPayload: { projectId: "p" } });
    const { error } = await answer.json<Refusal>();
    expect(error.issues).toEqual([{ path: "eventType", message: "missing, wanted the event's type or name" }]);
  });

  test.each<[string, unknown, string[]]>([
    ["no type", { logPayload: { projectId: "p" } }, ["eventType"]],
    ["an empty type", { eventType: "", logPayload: { projectId: "p" } }, ["eventType"]],
    ["a type that is no text", { eventType: 7, logPayload: { projectId: "p" } }, ["eventType"]],
    ["an endless type", { eventType: "x".repeat(257), logPayload: { projectId: "p" } }, ["eventType"]],
    ["a logPayload that is none", { eventType: "onSubmit", logPayload: "p" }, ["logPayload"]],
    [
      "ids of the wrong type",
      { eventType: "onSubmit", logPayload: { runId: 1, projectId: {} } },
      ["logPayload.runId", "logPayload.projectId"],
    ],
    ["no project", { eventType: "onSubmit", logPayload: { runId: "r" } }, ["logPayload.projectId"]],
    ["an empty project", { eventType: "onSubmit", logPayload: { projectId: "" } }, ["logPayload.projectId"]],
    [
      "half a character",
      { eventType: "onSubmit", logPayload: { runId: "\ud83d", projectId: "p" } },
      ["logPayload.runId"],
    ],
  ])("%s is refused with the field's path", async (_, body, paths) => {
    expect(await refusalOf(await postWebhook(body))).toEqual([422, "bad_envelope", paths]);
  });

  test("a byte order mark is no part of the event", async () => {
    const body = {
      eventType: "onSubmit",
      logPayload: { projectId: "echo" },
      payload: { label: { id: "l" }, asset_id: "a" },
    };
    expect(await echoed(`\uFEFF${JSON.stringify(body)}`)).toEqual({ label: { id: "l" }, assetId: "a" });
  });
});

describe("envelope shapes", () => {
  test("the wrapper, with fields that nobody knows", async () => {
    const label = {
      id: "label-1",
      future: { nested: [1, { deep: null }] },
      jsonResponse: { JOB: {} },
      search: { id: "x" },
    };
    const body = {
      eventType: "onSubmit",
      extra: 1,
      logPayload: { runId: "shapes-1", projectId: "echo", more: [] },
      payload: { label, asset_id: "a" },
    };
    expect(await echoed(body)).toEqual({ label, assetId: "a" });
  });

  test("a bare envelope", async () => {
    const body = {
      event: "asset.skipped",
      organizationId: "o",
      projectId: "echo",
      userId: "u",
      payload: { assetId: "a", reason: "ß" },
    };
    expect(await echoed(body)).toEqual(body);
  });

  test("a flat event, its project in the webhook's URL", async () => {
    const body = { event: "labels.created.submit", label: { id: "l", assetId: "a" }, unknown: true };
    expect(await echoed(body, "/webhook?project=echo")).toEqual(body);
  });

  test("a bare envelope inside the wrapper", async () => {
    const payload = { event: "asset.skipped", projectId: "echo", payload: { assetId: "a" } };
    const body = { eventType: "asset.skipped", logPayload: { runId: "shapes-4", projectId: "echo" }, payload };
    expect(await echoed(body)).toEqual(payload);
  });

  test("the body's project wins over the URL's", async () => {
    expect(await echoed(webhookBody("echo"), "/webhook?project=elsewhere")).toMatchObject({ assetId: "asset-1" });
  });

  test("an event type nobody has heard of is kept", async () => {
    const body = { eventType: "some.future.event", logPayload: { projectId: "echo" }, payload: { any: "thing" } };
    expect(await echoed(body)).toEqual({ any: "thing", event: "some.future.event" });
  });

  test("a project in the URL is held to the same rules as one in the body", async () => {
    const flat = { event: "labels.created.submit", label: { id: "l" } };
    const long = `/webhook?project=${"p".repeat(2000)}`;
    expect(await refusalOf(await postWebhook(flat, long))).toEqual([422, "bad_envelope", ["logPayload.projectId"]]);
    expect(await refusalOf(await postWebhook(flat, "/webhook?project="))).toEqual([
      422,
      "bad_envelope",
      ["logPayload.projectId"],
    ]);
  });

  test("ids of asset, label and run are found in the history", async () => {
    const { id } = await acceptedOf(await postWebhook(webhookBody("echo", { runId: "history-1" })));
    await waitForRuns(id, 1);
    const row = await env.DB.prepare("SELECT * FROM events WHERE id = ?1").bind(id).first();
    expect(row).toMatchObject({
      project_id: "echo",
      type: "onSubmit",
      kili_run_id: "history-1",
      asset_id: "asset-1",
      label_id: "label-1",
      delivery_count: 1,
    });
  });
});

describe("duplicates", () => {
  test("a repeated run id gets the first event's id and runs nothing again", async () => {
    const body = webhookBody("echo", { runId: "twice" });
    const first = await acceptedOf(await postWebhook(body));
    expect(first).toMatchObject({ duplicate: false, deliveries: 1 });
    const again = await postWebhook(body);
    expect(again.status).toBe(200);
    expect(await again.json()).toEqual({ id: first.id, duplicate: true });
    await waitForRuns(first.id, 1);
    // Also after the event has left the journal.
    const later = await postWebhook(body);
    expect([later.status, await later.json()]).toEqual([200, { id: first.id, duplicate: true }]);
    const { results } = await env.DB.prepare("SELECT id FROM events WHERE kili_run_id = 'twice'").all();
    expect(results).toEqual([{ id: first.id }]);
    expect(await waitForRuns(first.id, 1)).toHaveLength(1);
  });

  test("of twenty identical calls at once, one is accepted", async () => {
    const body = webhookBody("echo", { runId: "twenty" });
    const answers = await Promise.all(Array.from({ length: 20 }, () => postWebhook(body)));
    const given = await Promise.all(answers.map((answer) => answer.json<Accepted>()));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(new Set(given.map(({ id }) => id)).size).toBe(1);
    expect(await waitForRuns(given[0]?.id ?? "", 1)).toHaveLength(1);
  });

  test.each(["a\0b", "\u0001", "'; --", "\u{10ffff}", " ", "__proto__"])(
    "%j is a run id like any other",
    async (runId) => {
      const body = webhookBody("odd", { runId });
      const { id } = await acceptedOf(await postWebhook(body));
      const again = await postWebhook(body);
      expect([again.status, await again.json()]).toEqual([200, { id, duplicate: true }]);
    },
  );

  test("the same run id on another project is another event", async () => {
    const first = await acceptedOf(await postWebhook(webhookBody("one", { runId: "shared" })));
    const second = await acceptedOf(await postWebhook(webhookBody("two", { runId: "shared" })));
    expect(first.id).not.toBe(second.id);
  });

  test("events without a run id are each their own", async () => {
    const body = { eventType: "onSubmit", logPayload: { projectId: "one" } };
    const [first, second] = [await acceptedOf(await postWebhook(body)), await acceptedOf(await postWebhook(body))];
    expect(first.id).not.toBe(second.id);
  });
});

describe("a plugin's own webhook", () => {
  beforeAll(async () => {
    const source = ECHO;
    await useInlinePlugin({ name: "own-a", projects: ["own"], source });
    await useInlinePlugin({ name: "own b/ü", projects: ["own"], source });
  });

  test("delivers to that plugin alone", async () => {
    expect(await acceptedOf(await postWebhook(webhookBody("own")))).toMatchObject({ deliveries: 2 });
    const { id, deliveries } = await acceptedOf(await postWebhook(webhookBody("own"), "/webhook/own-a"));
    expect(deliveries).toBe(1);
    expect((await waitForRuns(id, 1)).map(({ plugin }) => plugin)).toEqual(["own-a"]);
  });

  test("takes any name a plugin can have", async () => {
    const path = `/webhook/${encodeURIComponent("own b/ü")}`;
    const { id } = await acceptedOf(await postWebhook(webhookBody("own"), path));
    expect((await waitForRuns(id, 1)).map(({ plugin }) => plugin)).toEqual(["own b/ü"]);
  });

  test("a plugin that did not ask for the event is not run", async () => {
    const body = webhookBody("own", { eventType: "onReview" });
    expect(await acceptedOf(await postWebhook(body, "/webhook/own-a"))).toMatchObject({ deliveries: 0 });
  });

  test.each(["nobody", "echo", "%", "%E0%A4%A"])("%s is not active there", async (name) => {
    const answer = await postWebhook(webhookBody("own", { runId: "not-active" }), `/webhook/${name}`);
    expect(await refusalOf(answer)).toEqual([404, "unknown_plugin", []]);
  });

  test("a refused call leaves its run id unused", async () => {
    expect((await postWebhook(webhookBody("own", { runId: "unused" }), "/webhook/nobody")).status).toBe(404);
    expect((await postWebhook(webhookBody("own", { runId: "unused" }))).status).toBe(202);
  });
});

describe("properties", () => {
  const text = fc.string({ unit: "binary", maxLength: 20 });
  const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<unknown> =>
    fc.oneof({ weight: 4, arbitrary: value }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) });

  test("no JSON value gives a 5xx", async () => {
    const nearEnvelope = fc.record(
      {
        eventType: maybe(text),
        event: maybe(text),
        projectId: maybe(fc.constantFrom("prop-a", "prop-b")),
        logPayload: maybe(
          fc.record(
            { runId: maybe(text), projectId: maybe(fc.constantFrom("prop-a", "prop-b")) },
            { requiredKeys: [] },
          ),
        ),
        payload: maybe(
          fc.record({ label: fc.jsonValue(), asset_id: maybe(text), assetId: maybe(text) }, { requiredKeys: [] }),
        ),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), nearEnvelope, nearEnvelope), async (body) => {
        const answer = await postWebhook(JSON.stringify(body));
        expect([200, 202, 400, 422]).toContain(answer.status);
        await answer.body?.cancel();
      }),
      { numRuns: 150 },
    );
  });

  test("a valid envelope is accepted, whatever its ids and its payload", async () => {
    const id = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });
    const projectId = fc.constantFrom("prop-c", "pröp / d", "日本");
    await fc.assert(
      fc.asyncProperty(id, id, projectId, fc.jsonValue({ maxDepth: 3 }), async (eventType, runId, project, payload) => {
        const body = {
          eventType,
          logPayload: { runId: `${runId}${crypto.randomUUID()}`, projectId: project },
          payload,
        };
        const answer = await postWebhook(JSON.stringify(body));
        expect(answer.status).toBe(202);
        await answer.body?.cancel();
      }),
      { numRuns: 60 },
    );
  });
});
