import { beforeEach, describe, expect, test } from "vitest";
import { hashText } from "../../worker/build/hash-text.ts";
import { createApiKey } from "../../worker/graphql/create-api-key.ts";
import { KEY_USE_MS } from "../../worker/limits.ts";
import { NOW } from "../store/rows.ts";
import { db, emptyDatabase } from "../store/test-db.ts";
import { ask, askAs, askData, clock, KEY, makeKey, notified, objectWith, reported, textWith } from "./graphql-host.ts";

const CREATE = `mutation ($data: CreateApiKeyInput!) { data: createApiKey(data: $data) { id key } }`;
const REVOKE = `mutation ($id: ID!) { data: revokeApiKey(where: {id: $id}) }`;
const VIEWER = "{ viewer { id email role } }";
const LIST = `query apiKeys($where: ApiKeyWhere!) {
  data: apiKeys(where: $where) { id name role createdAt expiryDate revoked lastUsedAt }
}`;
const COUNT = `query countApiKeys($where: ApiKeyWhere!) { data: countApiKeys(where: $where) }`;

beforeEach(async () => {
  clock.now = NOW;
  reported.length = 0;
  notified.length = 0;
  await emptyDatabase();
});

describe("createApiKey", () => {
  test("gives a key that lets its holder in, and keeps only its hash", async () => {
    const { id, key } = await makeKey("operator", { name: "ci" });
    expect(key).toMatch(/^ke_[A-Za-z0-9_-]{43}$/);
    expect((await askAs(key, VIEWER)).data).toEqual({
      viewer: { id, email: "ci@kili-edge.invalid", role: "operator" },
    });
    const rows = await db.prepare("SELECT * FROM api_keys").all();
    expect(rows.results).toEqual([
      {
        id,
        name: "ci",
        hash: await hashText(key),
        role: "operator",
        created_at: NOW,
        expires_at: null,
        revoked_at: null,
        last_used_at: NOW,
      },
    ]);
    expect(JSON.stringify(rows.results)).not.toContain(key);
    const { results } = await db.prepare("SELECT actor, action, detail FROM audit").all();
    expect(results).toEqual([{ actor: "key:admin", action: "key_created", detail: "ci (operator)" }]);
  });

  test("each key is another one", async () => {
    const first = await makeKey("viewer", { name: "a" });
    const second = await makeKey("viewer", { name: "b" });
    expect(second.key).not.toBe(first.key);
  });

  test("its form follows from the random bytes alone", () => {
    expect(createApiKey((bytes) => bytes.fill(0xff))).toBe(`ke_${"_".repeat(42)}8`);
    expect(createApiKey((bytes) => bytes.fill(0xfb))).toMatch(/^ke_[A-Za-z0-9_-]{43}$/);
  });

  test.each([
    ["", /not a name for a key/],
    ["a b", /not a name for a key/],
    ["key:admin", /not a name for a key/],
    ["x".repeat(65), /not a name for a key/],
    ["admin", /ADMIN_API_KEY/],
  ])("refuses the name %j", async (name, message) => {
    const answer = await ask(CREATE, { data: { name, role: "viewer" } });
    expect(answer.errors).toEqual([objectOf("BAD_USER_INPUT", message)]);
  });

  test("refuses an expiry that has passed", async () => {
    const answer = await ask(CREATE, { data: { name: "a", role: "viewer", expiresAt: new Date(NOW).toISOString() } });
    expect(answer.errors).toEqual([objectOf("BAD_USER_INPUT", /expires at 2026-11-01T10:00:00.000Z, wanted a time/)]);
  });

  test("a name is one valid key's; revoked and expired keys free it", async () => {
    const first = await makeKey("viewer", { name: "ci" });
    const answer = await ask(CREATE, { data: { name: "ci", role: "admin" } });
    expect(answer.errors).toEqual([objectOf("BAD_USER_INPUT", /a valid key has that name/)]);
    await askData(REVOKE, { id: first.id });
    await makeKey("viewer", { name: "ci", expiresAt: "2026-11-01T10:00:01Z" });
    clock.now += 1_000;
    await makeKey("viewer", { name: "ci" });
    const both = await Promise.all([1, 2].map(() => ask(CREATE, { data: { name: "same", role: "viewer" } })));
    expect(both.filter((one) => one.errors === undefined)).toHaveLength(1);
  });
});

describe("a key's end", () => {
  test("revoked, it holds at the very next request no longer", async () => {
    const { id, key } = await makeKey("operator");
    expect((await askAs(key, VIEWER)).errors).toBeUndefined();
    expect(await askData(REVOKE, { id })).toBe("API key with name operator successfully revoked");
    expect(await askAs(key, VIEWER)).toEqual({ errors: [objectOf("UNAUTHENTICATED", /was revoked/)] });
    expect(await askData(REVOKE, { id })).toBe("API key with name operator successfully revoked");
    const { results } = await db.prepare("SELECT detail FROM audit WHERE action = 'key_revoked'").all();
    expect(results).toEqual([{ detail: "operator (operator)" }]);
  });

  test("it expires at its moment", async () => {
    const { key } = await makeKey("viewer", { expiresAt: "2026-11-01T10:01:00.000Z" });
    clock.now = NOW + 59_999;
    expect((await askAs(key, VIEWER)).errors).toBeUndefined();
    clock.now = NOW + 60_000;
    expect(await askAs(key, VIEWER)).toEqual({ errors: [objectOf("UNAUTHENTICATED", /has expired/)] });
  });

  test("unknown ids and the configuration's key cannot be revoked", async () => {
    expect((await ask(REVOKE, { id: "nobody" })).errors).toEqual([objectOf("NOT_FOUND", /none has that id/)]);
    expect((await ask(REVOKE, { id: "admin" })).errors).toEqual([objectOf("BAD_USER_INPUT", /ADMIN_API_KEY/)]);
  });
});

describe("who gets in", () => {
  test.each([
    ["a key nobody made", `ke_${"A".repeat(43)}`],
    ["something that is no key", "ke_short"],
    ["a hash", "a".repeat(64)],
  ])("not %s", async (_name, key) => {
    expect(await askAs(key, VIEWER)).toEqual({ errors: [objectOf("UNAUTHENTICATED", /unknown API key/)] });
  });

  test("rows hold on a host without ADMIN_API_KEY as well", async () => {
    const { key } = await makeKey("viewer");
    expect((await ask(VIEWER, {}, { ADMIN_API_KEY: "" }, key)).errors).toBeUndefined();
  });

  test("when the keys cannot be read, the answer is 200, masked, and without the key", async () => {
    const { key } = await makeKey("viewer");
    const broken = new Proxy({} as D1Database, {
      get: () => () => {
        throw new Error("D1_ERROR: secret detail");
      },
    });
    const answer = await ask(VIEWER, {}, { DB: broken }, key);
    expect(answer).toEqual({ errors: [objectOf("INTERNAL_SERVER_ERROR", /the host failed/)] });
    expect(reported).toHaveLength(1);
    expect(String(reported[0])).not.toContain(key);
  });
});

test("the last use is written at most every few minutes", async () => {
  const { id, key } = await makeKey("viewer");
  const lastUse = () => db.prepare("SELECT last_used_at FROM api_keys WHERE id = ?").bind(id).first("last_used_at");
  expect(await lastUse()).toBeNull();
  await askAs(key, VIEWER);
  expect(await lastUse()).toBe(NOW);
  clock.now = NOW + KEY_USE_MS;
  await askAs(key, VIEWER);
  expect(await lastUse()).toBe(NOW);
  clock.now += 1;
  await askAs(key, VIEWER);
  expect(await lastUse()).toBe(NOW + KEY_USE_MS + 1);
});

describe("apiKeys and countApiKeys", () => {
  const names = async (key: string, where: Record<string, unknown>) => {
    const answer = await askAs(key, LIST, { where });
    const count = await askAs(key, COUNT, { where });
    const list = answer.data?.["data"] as { name: string }[];
    expect(count.data?.["data"]).toBe(list.length);
    return list.map(({ name }) => name);
  };

  test("Kili's SDK finds its own key by its text, and a date far away if it does not expire", async () => {
    const { id, key } = await makeKey("operator", { name: "sdk" });
    const expiring = await makeKey("viewer", { name: "soon", expiresAt: "2026-12-01T00:00:00Z" });
    const query = `query apiKeys($where: ApiKeyWhere!) { data: apiKeys(where: $where, skip: 0, first: 1) { expiryDate } }`;
    const dates = async (asking: string, asked: string) =>
      (await askAs(asking, query, { where: { key: asked } })).data?.["data"];
    expect(await dates(key, key)).toEqual([{ expiryDate: "2099-01-01T00:00:00.000Z" }]);
    expect(await dates(expiring.key, expiring.key)).toEqual([{ expiryDate: "2026-12-01T00:00:00.000Z" }]);
    expect(await dates(KEY, KEY)).toEqual([{ expiryDate: "2099-01-01T00:00:00.000Z" }]);
    // Another's key is not the viewer's to ask about; an admin may.
    expect(await dates(key, expiring.key)).toEqual([]);
    expect(await dates(key, KEY)).toEqual([]);
    expect(await dates(KEY, key)).toHaveLength(1);
    expect(await dates(key, "ke_other")).toEqual([]);
    expect(await names(key, { user: { id }, key })).toEqual(["sdk"]);
  });

  test("an admin sees all keys, the configuration's first; others their own", async () => {
    const viewer = await makeKey("viewer");
    const operator = await makeKey("operator");
    const admin = await makeKey("admin", { name: "root" });
    await askData(REVOKE, { id: operator.id });
    for (const key of [KEY, admin.key]) {
      expect(await names(key, {})).toEqual(expect.arrayContaining(["ADMIN_API_KEY", "viewer", "operator", "root"]));
      expect((await names(key, {}))[0]).toBe("ADMIN_API_KEY");
    }
    expect(await names(viewer.key, {})).toEqual(["viewer"]);
    expect(await names(viewer.key, { user: { id: operator.id } })).toEqual([]);
    expect(await names(viewer.key, { id: "admin" })).toEqual([]);
    expect(await names(KEY, { id: operator.id })).toEqual(["operator"]);
    expect(await names(KEY, { user: { id: "admin" } })).toEqual(["ADMIN_API_KEY"]);
    expect(await names(KEY, { id: "admin", user: { id: operator.id } })).toEqual([]);
    expect(await askData(LIST, { where: { id: operator.id } })).toEqual([
      {
        id: operator.id,
        name: "operator",
        role: "operator",
        createdAt: "2026-11-01T10:00:00.000Z",
        expiryDate: "2099-01-01T00:00:00.000Z",
        revoked: true,
        lastUsedAt: null,
      },
    ]);
  });

  test("pages run over the configuration's key and the rows alike", async () => {
    for (const name of ["a", "b", "c"]) {
      clock.now += 1;
      await makeKey("viewer", { name });
    }
    const query = `query ($first: PageSize, $skip: Int) { data: apiKeys(where: {}, first: $first, skip: $skip) { name } }`;
    const page = async (first: number, skip: number) =>
      ((await askData(query, { first, skip })) as { name: string }[]).map(({ name }) => name);
    expect(await page(2, 0)).toEqual(["ADMIN_API_KEY", "a"]);
    expect(await page(2, 1)).toEqual(["a", "b"]);
    expect(await page(2, 3)).toEqual(["c"]);
    expect(await page(0, 0)).toEqual([]);
    expect(await page(1, 0)).toEqual(["ADMIN_API_KEY"]);
  });
});

test("audit rows name the key", async () => {
  const { key } = await makeKey("admin", { name: "root" });
  await askAs(key, CREATE, { data: { name: "made-by-root", role: "viewer" } });
  const audit = await askData("{ data: audit { actor action detail } }");
  expect(audit).toContainEqual({ actor: "key:root", action: "key_created", detail: "made-by-root (viewer)" });
});

function objectOf(code: string, message: RegExp): unknown {
  return objectWith({ message: textWith(message), extensions: { code } });
}
