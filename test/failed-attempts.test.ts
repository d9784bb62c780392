// Who fails to authenticate too often waits; who has a right secret does not, whatever others do from the same address.
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { clientAddress } from "../worker/client-address.ts";
import { FailedAttempts } from "../worker/failed-attempts.ts";
import { FAILED_ATTEMPTS_PAUSE_MS, MAX_PAUSED_CLIENTS } from "../worker/limits.ts";
import { ADMIN_API_KEY, fetchHost, WEBHOOK_SECRET, webhookBody } from "./test-host.ts";

/** More than wrangler.toml allows of one client, and of one that is between two periods. */
const MANY = 70;

function deliver(client: string, authorization: string): Promise<Response> {
  const headers = { authorization, "cf-connecting-ip": client };
  return fetchHost("/webhook", { method: "POST", headers, body: JSON.stringify(webhookBody("guessed")) });
}

async function ask(client: string, key: string): Promise<{ status: number; message: string | null }> {
  const headers = {
    authorization: `X-API-Key: ${key}`,
    "cf-connecting-ip": client,
    "content-type": "application/json",
  };
  const body = JSON.stringify({ query: "{ viewer { id } }" });
  const answer = await fetchHost("/graphql", { method: "POST", headers, body });
  const { errors } = await answer.json<{ errors?: { message: string; extensions: { code: string } }[] }>();
  return { status: answer.status, message: errors?.[0]?.message ?? null };
}

const anotherKey = (): string => `ke_${crypto.randomUUID().replaceAll("-", "")}`;

describe("the webhook", () => {
  test("answers 429 after too many wrong secrets, and takes the right one all along", async () => {
    const statuses = new Set<number>();
    for (let i = 0; i < MANY; i++) statuses.add((await deliver("198.51.100.1", `wrong-${i}`)).status);
    expect([...statuses]).toEqual([401, 429]);
    const refused = await deliver("198.51.100.1", "wrong");
    expect([refused.status, Number(refused.headers.get("retry-after"))]).toEqual([
      429,
      FAILED_ATTEMPTS_PAUSE_MS / 1_000,
    ]);
    expect((await deliver("198.51.100.1", WEBHOOK_SECRET)).status).toBe(202);
    // The one being rotated out is as right as the new one.
    expect((await deliver("198.51.100.1", "older-webhook-secret")).status).toBe(202);
    expect((await deliver("198.51.100.2", "wrong")).status).toBe(401);
  });
});

describe("API keys", () => {
  test("of a client that guesses are not looked at for a while; known ones are, and other clients'", async () => {
    expect(await ask("203.0.113.7", ADMIN_API_KEY)).toEqual({ status: 200, message: null });
    const messages = new Set<string | null>();
    for (let i = 0; i < MANY; i++) {
      const { status, message } = await ask("203.0.113.7", anotherKey());
      expect(status).toBe(200);
      messages.add(message);
    }
    expect([...messages]).toEqual([
      "Cannot authenticate: unknown API key",
      "Cannot authenticate: too many attempts with unknown keys from this address, wanted a pause of a minute",
    ]);
    expect((await ask("203.0.113.8", anotherKey())).message).toBe("Cannot authenticate: unknown API key");
    expect((await ask("203.0.113.7", ADMIN_API_KEY)).message).toBeNull();
    const registered = await fetchHost("/api/plugins", {
      method: "PUT",
      headers: { "x-api-key": anotherKey(), "cf-connecting-ip": "203.0.113.7" },
    });
    expect([registered.status, registered.headers.get("retry-after")]).toEqual([429, "60"]);
    for (const key of [anotherKey(), "no-key-of-any-kind"]) {
      const headers = { authorization: `Bearer ${key}`, "cf-connecting-ip": "203.0.113.7" };
      const metrics = await fetchHost("/metrics", { headers });
      expect([metrics.status, metrics.headers.get("retry-after")]).toEqual([429, "60"]);
      expect(await metrics.json()).toMatchObject({ error: { code: "too_many_attempts" } });
    }
    const scraped = await fetchHost("/metrics", {
      headers: { authorization: "Bearer test-metrics-key", "cf-connecting-ip": "203.0.113.7" },
    });
    expect(scraped.status).toBe(200);
    const form = new URLSearchParams({ key: anotherKey(), to: "/" });
    const signIn = await fetchHost("/sign-in", {
      method: "POST",
      headers: { "cf-connecting-ip": "203.0.113.7", origin: "http://host" },
      body: form,
    });
    expect(signIn.status).toBe(429);
    expect(await signIn.text()).toContain("Too many attempts");
  });
});

describe("FailedAttempts", () => {
  const never = { limit: async () => ({ success: false }) } as unknown as RateLimit;

  test("ends a pause by itself, and without a counter knows none", async () => {
    const attempts = new FailedAttempts();
    expect(await attempts.count("a", undefined, 0)).toBe(false);
    expect(await attempts.count("a", never, 0)).toBe(true);
    expect([attempts.isPaused("a", FAILED_ATTEMPTS_PAUSE_MS - 1), attempts.isPaused("b", 0)]).toEqual([true, false]);
    expect(attempts.isPaused("a", FAILED_ATTEMPTS_PAUSE_MS)).toBe(false);
  });

  test("remembers no more clients than it may", async () => {
    const attempts = new FailedAttempts();
    for (let i = 0; i <= MAX_PAUSED_CLIENTS; i++) await attempts.count(`client ${i}`, never, 0);
    expect([attempts.isPaused("client 0", 1), attempts.isPaused("client 1", 1)]).toEqual([false, true]);
  });
});

describe("clientAddress", () => {
  test.each<[string, string | undefined, string | null]>([
    ["192.0.2.1", "cf-connecting-ip", "192.0.2.1"],
    ["::ffff:192.0.2.1", "cf-connecting-ip", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "cf-connecting-ip", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::9", "cf-connecting-ip", "2001:db8:1:2::/64"],
    ["10.0.0.1, 192.0.2.7", "cf-connecting-ip", "192.0.2.7"],
    ["not an address", "cf-connecting-ip", null],
    ["", "cf-connecting-ip", null],
    ["192.0.2.1", "", null],
    ["192.0.2.1", undefined, null],
    ["192.0.2.1", "x-real-ip", null],
  ])("%j by %j is %j", (value, CLIENT_ADDRESS_HEADER, expected) => {
    const named = CLIENT_ADDRESS_HEADER === undefined ? {} : { CLIENT_ADDRESS_HEADER };
    expect(clientAddress(new Headers({ "cf-connecting-ip": value }), named)).toBe(expected);
  });

  test("the deployment names Cloudflare's header", () => {
    expect((env as unknown as { CLIENT_ADDRESS_HEADER: string }).CLIENT_ADDRESS_HEADER).toBe("cf-connecting-ip");
  });
});
