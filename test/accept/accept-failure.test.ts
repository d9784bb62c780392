// What the host cannot be brought to over HTTP in tests: an inbox that fails, a deployment without its secret.
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { AcceptAnswer, IncomingEvent } from "../../schemas/inbox.ts";
import { toFailureAnswer, type AcceptFailure } from "../../worker/accept/accept-failure.ts";
import { acceptWebhook } from "../../worker/accept/accept-webhook.ts";
import type { Env } from "../../worker/env.ts";
import { WEBHOOK_SECRET, webhookBody } from "../test-host.ts";

const host: Env = env;

function post(overrides: Partial<Env>): Promise<Response> {
  const headers = { authorization: WEBHOOK_SECRET };
  const request = new Request("http://host/webhook", {
    method: "POST",
    headers,
    body: JSON.stringify(webhookBody("p")),
  });
  return acceptWebhook(request, { ...host, ...overrides }, null);
}

/** An inbox that does as it is told. */
function inboxThat(accept: (event: IncomingEvent) => Promise<AcceptAnswer>): Env["INBOX"] {
  const answer = async (events: readonly IncomingEvent[]): Promise<string> =>
    JSON.stringify(await Promise.all(events.map(accept)));
  return { getByName: () => ({ accept: answer }) } as unknown as Env["INBOX"];
}

async function codeOf(answer: Response): Promise<string> {
  return (await answer.json<{ error: { code: string } }>()).error.code;
}

describe("acceptWebhook", () => {
  test.each(["", " , ,", undefined])("without a secret (%j), nothing is accepted", async (secret) => {
    const { WEBHOOK_SECRET: _, ...rest } = host;
    const withoutSecret = secret === undefined ? rest : { ...rest, WEBHOOK_SECRET: secret };
    const request = new Request("http://host/webhook", { method: "POST", body: "{}" });
    const answer = await acceptWebhook(request, withoutSecret, null);
    expect([answer.status, await codeOf(answer)]).toEqual([503, "no_secret_configured"]);
  });

  test("an inbox that throws is told as unavailable, without its words", async () => {
    const answer = await post({ INBOX: inboxThat(() => Promise.reject(new Error("storage of account 123 is full"))) });
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(await answer.text()).not.toContain("123");
  });

  test("an inbox without plugins to match against is told as unavailable", async () => {
    const unavailable = { type: "unavailable", reason: "the plugins could not be read" } as const;
    const answer = await post({ INBOX: inboxThat(async () => unavailable) });
    expect([answer.status, await codeOf(answer)]).toEqual([503, "inbox_unavailable"]);
  });

  test("what the inbox gets is what came", async () => {
    const seen: IncomingEvent[] = [];
    const accept = async (event: IncomingEvent): Promise<AcceptAnswer> => {
      seen.push(event);
      return { type: "accepted", id: "ev_1", deliveries: 3 };
    };
    const answer = await post({ INBOX: inboxThat(accept) });
    expect([answer.status, await answer.json()]).toEqual([202, { id: "ev_1", duplicate: false, deliveries: 3 }]);
    expect(seen).toMatchObject([
      { projectId: "p", type: "onSubmit", assetId: "asset-1", labelId: "label-1", onlyPlugin: null },
    ]);
    const body = seen[0]?.body;
    expect(new TextEncoder().encode(typeof body === "string" ? body : "")).toHaveLength(seen[0]?.bodyBytes ?? -1);
  });
});

describe("toFailureAnswer", () => {
  test.each<[AcceptFailure, number]>([
    [{ reason: "no_secret_configured" }, 503],
    [{ reason: "wrong_secret" }, 401],
    [{ reason: "body_too_large", limitBytes: 7 }, 413],
    [{ reason: "not_utf8" }, 400],
    [{ reason: "not_json", message: "unexpected end" }, 400],
    [{ reason: "bad_envelope", issues: [{ path: "event", message: "missing" }] }, 422],
    [{ reason: "unknown_plugin", pluginName: "nobody" }, 404],
    [{ reason: "inbox_unavailable", message: "overloaded" }, 503],
  ])("%o", (failure, status) => {
    const answer = toFailureAnswer(failure);
    expect(answer.status).toBe(status);
    expect(answer.retryAfter !== null).toBe(status === 503);
    const { error } = answer.body as { error: { code: string; message: string } };
    expect(error.code).toBe(failure.reason);
    expect(error.message).toMatch(/^Cannot .*/);
  });
});
