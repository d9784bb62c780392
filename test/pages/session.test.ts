import { beforeEach, describe, expect, test } from "vitest";
import { hashText } from "../../worker/build/hash-text.ts";
import { createApiKey } from "../../worker/graphql/create-api-key.ts";
import { SESSION_MS } from "../../worker/limits.ts";
import { recordApiKey } from "../../worker/store/record-api-key.ts";
import { revokeApiKey } from "../../worker/store/revoke-api-key.ts";
import { NOW } from "../store/rows.ts";
import { db, emptyDatabase } from "../store/test-db.ts";
import { ADMIN_KEY, clock, openReader, signedIn } from "./pages-host.ts";

const COOKIE = "kili_edge_session";

beforeEach(async () => {
  clock.now = NOW;
  await emptyDatabase();
});

async function makeKey(expiresAt: number | null = null): Promise<{ id: string; key: string }> {
  const key = createApiKey((bytes) => crypto.getRandomValues(bytes));
  const hash = await hashText(key);
  const id = crypto.randomUUID();
  await recordApiKey(db, { id, name: "reader", hash, role: "viewer", expiresAt, now: NOW, actor: "key:admin" });
  return { id, key };
}

describe("signing in", () => {
  test("a key opens a session, in a cookie no script can read and no other site can send", async () => {
    const reader = openReader();
    const answer = await reader.post("/sign-in", { key: ` ${ADMIN_KEY} `, to: "/events?page=2" });
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe("/events?page=2");
    const [cookie = ""] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^kili_edge_session=/);
    for (const part of ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", `Max-Age=${SESSION_MS / 1000}`]) {
      expect(cookie).toContain(part);
    }
    expect(decodeURIComponent(cookie)).not.toContain(ADMIN_KEY);
    expect((await reader.get("/")).status).toBe(200);
  });

  test.each(["", "wrong", `${ADMIN_KEY}x`, "ke_".padEnd(46, "a"), "clé", "x".repeat(5_000), "a\nb: c"])(
    "the key %j opens none",
    async (key) => {
      const reader = openReader();
      const answer = await reader.post("/sign-in", { key });
      expect(answer.status).toBe(401);
      expect(answer.headers.getSetCookie()).toEqual([]);
      const text = await answer.text();
      expect(text).toContain('role="alert"');
      if (key.length > 0) expect(text).not.toContain(key);
    },
  );

  test.each(["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "\t//evil.example"])(
    "it sends nobody on to %j",
    async (to) => {
      const answer = await openReader().post("/sign-in", { key: ADMIN_KEY, to });
      expect(answer.headers.get("location")).toBe("/");
    },
  );

  test("a host without STORE_SECRET says that it has none", async () => {
    const answer = await openReader({ STORE_SECRET: "" }).post("/sign-in", { key: ADMIN_KEY });
    expect(answer.status).toBe(503);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await answer.text()).toContain("STORE_SECRET");
  });

  test("the cookie is Secure unless the reader came without TLS, where browsers would drop it", async () => {
    const signIn = async (headers: Record<string, string>): Promise<string | undefined> => {
      const reader = openReader({}, "http://127.0.0.1:8787");
      const own = { origin: "http://127.0.0.1:8787", "sec-fetch-site": "same-origin" };
      const answer = await reader.post("/sign-in", { key: ADMIN_KEY }, { ...own, ...headers });
      return answer.headers.getSetCookie()[0];
    };
    expect(await signIn({})).not.toContain("Secure");
    expect(await signIn({ "x-forwarded-proto": "https" })).toContain("Secure");
  });
});

describe("a session", () => {
  test("nobody gets a page without one", async () => {
    const reader = openReader();
    const answer = await reader.get("/?from=mail");
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe("/sign-in?to=%2F%3Ffrom%3Dmail");
  });

  test("ends with its time", async () => {
    const reader = await signedIn();
    clock.now += SESSION_MS - 1;
    expect((await reader.get("/")).status).toBe(200);
    clock.now += 1;
    expect((await reader.get("/")).status).toBe(303);
  });

  test("ends with its key's revocation and with its key's time", async () => {
    const { id, key } = await makeKey();
    const reader = await signedIn(key);
    expect((await reader.get("/")).status).toBe(200);
    await revokeApiKey(db, { id, now: NOW, actor: "key:admin" });
    expect((await reader.get("/")).status).toBe(303);

    const other = await signedIn((await makeKey(NOW + 1_000)).key);
    clock.now += 1_000;
    expect((await other.get("/")).status).toBe(303);
  });

  test("of the configured key ends when that key is exchanged or removed", async () => {
    const { cookies } = await signedIn();
    for (const ADMIN_API_KEY of ["another-key", ""]) {
      const reader = openReader({ ADMIN_API_KEY });
      reader.cookies.set(COOKIE, cookies.get(COOKIE) ?? "");
      expect((await reader.get("/")).status).toBe(303);
    }
  });

  test("outlives a rotation of the secret it was signed with, as long as that is listed", async () => {
    const { cookies } = await signedIn();
    const withSecrets = async (STORE_SECRET: string): Promise<number> => {
      const reader = openReader({ STORE_SECRET });
      reader.cookies.set(COOKIE, cookies.get(COOKIE) ?? "");
      return (await reader.get("/")).status;
    };
    expect(await withSecrets("new-secret,pages-store-secret")).toBe(200);
    expect(await withSecrets("new-secret")).toBe(303);
  });

  test("that somebody made up or changed is none", async () => {
    const { id, key } = await makeKey();
    const reader = await signedIn(key);
    const good = decodeURIComponent(reader.cookies.get(COOKIE) ?? "");
    const signature = good.slice(good.lastIndexOf("."));
    for (const cookie of [
      `admin.${NOW + SESSION_MS}.${signature}`,
      good.replace(id, "admin"),
      good.replace(String(NOW + SESSION_MS), String(NOW + 2 * SESSION_MS)),
      good.slice(0, -4),
      `${id}.${NOW + SESSION_MS}.`,
      "",
    ]) {
      const forger = openReader();
      forger.cookies.set(COOKIE, encodeURIComponent(cookie));
      expect((await forger.get("/")).status).toBe(303);
    }
  });

  test("signing out forgets it", async () => {
    const reader = await signedIn();
    const answer = await reader.post("/sign-out");
    expect(answer.headers.get("location")).toBe("/sign-in");
    expect(reader.cookies.has(COOKIE)).toBe(false);
    expect((await reader.get("/")).status).toBe(303);
  });
});

describe("forms", () => {
  test.each<[name: string, headers: Record<string, string>]>([
    ["another site", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }],
    ["a neighbour under the same domain", { origin: "https://other.example", "sec-fetch-site": "same-site" }],
    ["nowhere", {}],
    ["a sandboxed frame", { origin: "null", "sec-fetch-site": "cross-site" }],
  ])("from %s are refused", async (_name, headers) => {
    const reader = await signedIn();
    for (const path of ["/sign-out", "/theme", "/sign-in"]) {
      expect((await reader.post(path, { key: ADMIN_KEY, theme: "dark" }, headers)).status).toBe(403);
    }
    expect(reader.cookies.has("kili_edge_theme")).toBe(false);
    expect((await reader.get("/")).status).toBe(200);
  });

  test("that are too large are refused unread", async () => {
    expect((await openReader().post("/sign-in", { key: "x".repeat(100_000) })).status).toBe(413);
  });

  test("the theme is kept, and only as one there is", async () => {
    const reader = await signedIn();
    expect(await (await reader.get("/")).text()).not.toContain("data-theme");
    const answer = await reader.post("/theme", { theme: "dark", to: "/events" });
    expect(answer.headers.get("location")).toBe("/events");
    expect(await (await reader.get("/")).text()).toContain('<html lang="en" data-theme="dark">');
    await reader.post("/theme", { theme: '"><script>' });
    expect(await (await reader.get("/")).text()).not.toContain("data-theme");
  });
});

describe("every answer", () => {
  test.each(["/", "/sign-in", "/assets/none.js"])("of %s has a policy without inline scripts", async (path) => {
    const reader = await signedIn();
    const { headers } = await reader.get(path);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("style-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toBe("no-store");
  });

  test("the pages' files may be kept for ever, and no other asset is served", async () => {
    const reader = await signedIn();
    const page = await (await reader.get("/")).text();
    const files = [...page.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path = ""]) => path);
    expect(files.length).toBeGreaterThanOrEqual(3);
    for (const path of files) {
      const answer = await reader.get(path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("cache-control")).toContain("immutable");
    }
    for (const path of ["/assets/builder.js", "/assets/..%2fbuilder.js", "/assets/plugins%2findex.json"]) {
      expect((await reader.get(path)).status).toBe(404);
    }
  });
});
