// One attempt at a webhook, with a network that is a function.
import { describe, expect, it } from "vitest";
import type { ActivePlugin } from "../../schemas/active-plugin.ts";
import type { WebhookRunRequest } from "../../worker/execute/prepare-webhook.ts";
import { runWebhook, type WebhookRunDeps } from "../../worker/execute/run-webhook.ts";
import { encryptWebhookHeader } from "../../worker/store/encrypt-webhook-header.ts";
import type { WebhookRow } from "../../worker/store/find-webhook.ts";
import { MAX_WEBHOOK_ANSWER_BYTES } from "../../worker/limits.ts";

const NOW = 1_700_000_000_000;
const HEADER = "Bearer the-header-of-this-test";
const BODY = `{"eventType":"onSubmit","logPayload":{"runId":"r","projectId":"p"},"payload":{}}`;

const PLUGIN: ActivePlugin = {
  name: "hook",
  pluginId: "plugin-1",
  versionId: "version-1",
  kind: "webhook",
  hash: "0",
  version: "1.0.0",
  manifest: {
    manifest_version: 1,
    name: "hook",
    version: "1.0.0",
    description: "",
    main: "webhook.js",
    events: ["onSubmit"],
    projects: [],
    permissions: { kili: [], kili_projects: [], net: [], env: [] },
    limits: { cpu_ms: 1, timeout_ms: 50, subrequests: 1, log_lines: 1 },
    isolation: "plugin",
    mode: "live",
    retry: { max_attempts: 5 },
    delivery: { order: "asset", concurrency: 16 },
    config: {},
  },
  handlers: [],
};

const RUN = {
  runId: "run-1",
  attempt: 1,
  deliveryId: "dl_1",
  plugin: PLUGIN,
  projectId: "p",
  eventType: "onSubmit",
  kiliRunId: "r",
  body: BODY,
  generation: 0,
  place: 0,
  shadow: false,
};

const sent: Request[] = [];

/** Runs it against `answer`, with a clock that moves 5 ms at each look. */
async function run(
  answer: Response | ((request: Request) => Promise<Response>),
  webhook: Partial<WebhookRow> | null = {},
  deps: Partial<WebhookRunDeps> = {},
  more: Partial<WebhookRunRequest> = {},
) {
  sent.length = 0;
  let now = NOW - 5;
  const row: WebhookRow = { versionId: "version-1", url: "https://hooks.example.com/T0/B1?key=k", header: null };
  return runWebhook(
    { ...RUN, ...more },
    {
      findWebhook: async () => (webhook === null ? null : { ...row, ...webhook }),
      storeSecrets: ["store secret"],
      signingSecrets: [],
      allowPrivate: [],
      fetch: async (request) => {
        sent.push(request);
        return answer instanceof Response ? answer : answer(request);
      },
      now: () => (now += 5),
      ...deps,
    },
  );
}

const webhookError = (message: string | RegExp) => ({
  type: "threw",
  name: "WebhookError",
  message: typeof message === "string" ? message : (expect.stringMatching(message) as unknown),
  stack: null,
});

describe("runWebhook", () => {
  it("is not called in shadow, and says so", async () => {
    const { outcome, logs } = await run(new Response("too far"), {}, {}, { shadow: true });
    expect([outcome.type, logs.map(({ content }) => content), sent]).toEqual([
      "ok",
      ["Not sent: the plugin is in shadow on this project"],
      [],
    ]);
  });

  it("is ok after 2xx, and tells what it did", async () => {
    const report = await run(new Response("ignored", { status: 201 }));
    expect(report).toEqual({
      outcome: { type: "ok", result: null },
      logs: [{ at: NOW + 10, level: "info", content: "hooks.example.com answered 201 in 5 ms" }],
      calls: [{ kind: "net", target: "POST hooks.example.com", result: "ok", startedAt: NOW + 5, ms: 5, detail: null }],
      refusals: [],
      wallMs: 15,
      cpuMs: null,
      coldStart: null,
    });
    expect(sent[0]?.url).toBe("https://hooks.example.com/T0/B1?key=k");
    expect(Object.fromEntries(sent[0]?.headers ?? [])).toEqual({
      "content-type": "application/json",
      "user-agent": "kili-edge",
      "webhook-id": "dl_1",
      "webhook-timestamp": String(NOW / 1_000),
    });
    expect(await sent[0]?.text()).toBe(BODY);
  });

  it.each([400, 404, 410, 429, 500, 503, 530])("throws after %d, with the answer's first words", async (status) => {
    const words = `${"no ".repeat(MAX_WEBHOOK_ANSWER_BYTES)}end`;
    const report = await run(new Response(words, { status }));
    expect(report.outcome).toEqual(
      webhookError(/^Cannot deliver to webhook "hooks\.example\.com": it answered \d+, wanted 2xx\. It said: no no/),
    );
    expect(JSON.stringify(report)).not.toContain("end");
    expect(report.logs).toMatchObject([{ level: "info", content: `hooks.example.com answered ${status} in 5 ms` }]);
    expect(report.calls).toMatchObject([
      { result: "failed", detail: expect.stringContaining(String(status)) as unknown },
    ]);
  });

  it("says when a webhook that refused wants to be asked again", async () => {
    for (const [header, ms] of [
      ["30", 30_000],
      ["soon", null],
    ] as const) {
      const report = await run(new Response("busy", { status: 429, headers: { "retry-after": header } }));
      if (report.outcome.type !== "threw") throw new Error(report.outcome.type);
      expect(report.outcome.retry ?? null).toEqual(ms === null ? null : { type: "after", ms });
    }
  });

  it.each([301, 302, 303, 304, 307, 308])("does not follow a redirect (%d)", async (status) => {
    const report = await run(new Response(null, { status, headers: { location: "https://elsewhere.example.com/" } }));
    expect(report.outcome).toEqual(
      webhookError(
        `Cannot deliver to webhook "hooks.example.com": it answered ${status}, wanted 2xx, and redirects are not followed`,
      ),
    );
    expect(sent).toHaveLength(1);
    expect(sent[0]?.redirect).toBe("manual");
  });

  it("ends a webhook that does not answer, or does not end its answer", async () => {
    const outcomes = [
      await run(
        (request) =>
          new Promise((_, reject) => request.signal.addEventListener("abort", () => reject(request.signal.reason))),
      ),
      await run(async (request) => {
        const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
        const writer = writable.getWriter();
        request.signal.addEventListener("abort", () => void writer.abort(request.signal.reason).catch(() => {}));
        return new Response(readable, { status: 500 });
      }),
    ].map(({ outcome }) => outcome);
    expect(outcomes).toEqual([
      { type: "timeout", limitMs: 50 },
      { type: "timeout", limitMs: 50 },
    ]);
  });

  it("throws when the network fails, without the URL's secrets", async () => {
    const report = await run(async (request) => Promise.reject(new Error(`cannot reach ${request.url}`)));
    const message =
      'Cannot deliver to webhook "hooks.example.com": it cannot be reached (cannot reach hooks.example.com)';
    expect(report.outcome).toEqual(webhookError(message));
    expect(report.logs).toMatchObject([{ level: "error", content: message }]);
  });

  it("sends the header, and takes it out of what the other side says", async () => {
    const header = await encryptWebhookHeader(HEADER, "version-1", "store secret");
    const report = await run(
      async (request) => new Response(`${request.headers.get("authorization")} is wrong`, { status: 401 }),
      { header },
    );
    expect(sent[0]?.headers.get("authorization")).toBe(HEADER);
    expect(report.outcome).toEqual(webhookError(/It said: \[redacted\] is wrong$/));
    expect(JSON.stringify(report)).not.toContain("the-header-of-this-test");
  });

  it("sends nothing when its header was stored under a secret that is gone", async () => {
    const header = await encryptWebhookHeader(HEADER, "version-1", "an older secret");
    const report = await run(new Response(), { header });
    expect(report.outcome).toEqual(
      webhookError(/header cannot be decrypted, wanted the secret it was stored under in STORE_SECRET/),
    );
    expect(sent).toHaveLength(0);
    expect(
      (await run(new Response(), { header }, { storeSecrets: ["store secret", "an older secret"] })).outcome.type,
    ).toBe("ok");
  });

  it("sends nothing unsigned when its signing secret cannot be used", async () => {
    const report = await run(new Response(), {}, { signingSecrets: ["not a secret"] });
    expect(report.outcome).toEqual(webhookError(/WEBHOOK_SIGNING_SECRET cannot be used/));
    expect(JSON.stringify(report)).not.toContain("not a secret");
    expect(sent).toHaveLength(0);
  });

  it.each([
    "http://127.0.0.1/",
    "http://127.1:80/x",
    "http://0x7f000001/",
    "http://[::1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://localhost/",
    "http://metadata.internal/",
    "http://169.254.169.254/latest",
  ])("refuses %s for good, and says so in the audit", async (url) => {
    const report = await run(new Response(), { url });
    expect(report.outcome).toMatchObject({
      type: "threw",
      name: "NotCapable",
      message: expect.stringContaining("private address") as unknown,
    });
    expect(report.refusals).toMatchObject([{ capability: "net" }]);
    expect(sent).toHaveLength(0);
  });

  it("goes to a private address that the deployment lets through", async () => {
    const report = await run(new Response(), { url: "http://127.0.0.1:9000/x" }, { allowPrivate: ["127.0.0.1:9000"] });
    expect(report.outcome.type).toBe("ok");
    expect(
      (await run(new Response(), { url: "http://127.0.0.1:9001/x" }, { allowPrivate: ["127.0.0.1:9000"] })).outcome
        .type,
    ).toBe("threw");
  });

  it("is lost when the database does not answer, and dead when it knows of no webhook", async () => {
    const unreadable = await run(
      new Response(),
      {},
      { findWebhook: async () => Promise.reject(new Error("D1 is down")) },
    );
    expect(unreadable.outcome).toEqual({ type: "lost", message: "webhook could not be asked: Error: D1 is down" });
    expect((await run(new Response(), null)).outcome.type).toBe("load_failed");
  });
});
