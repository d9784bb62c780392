// What the SDK of Kili learns about the schema when it is pointed at this host, with Kili behind it.
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  introspectionFromSchema,
  parse,
  validate,
} from "graphql";
import type { IntrospectionQuery } from "graphql";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { findKiliSchema } from "../../worker/graphql/find-kili-schema.ts";
import { rememberKiliSchema } from "../../worker/graphql/remember-kili-schema.ts";
import { versionAnswer } from "../../worker/graphql/version-answer.ts";
import type { Env } from "../../worker/env.ts";
import { KILI_SCHEMA_MS, KILI_SCHEMA_PAUSE_MS, KILI_SCHEMA_TTL_MS } from "../../worker/limits.ts";
import { createKiliDouble } from "../kili-double/kili-double.ts";
import { KILI_SCHEMA } from "../kili-double/kili-schema.ts";
import { NOW } from "../store/rows.ts";
import { countRows, db, emptyDatabase } from "../store/test-db.ts";
import { ask, clock, farEnd, noNetwork, readKiliSchema, reported, textWith } from "./graphql-host.ts";

const HOST_KEY = "the-hosts-kili-key";
const INTROSPECTION = getIntrospectionQuery({
  descriptions: true,
  schemaDescription: true,
  directiveIsRepeatable: true,
  inputValueDeprecation: true,
  specifiedByUrl: false,
});
const PROJECTS = "query ($where: ProjectWhere!) { data: projects(where: $where, first: 1, skip: 0) { id } }";

const kili = createKiliDouble(HOST_KEY);
let asked = 0;
let host = 0;
/** A Kili of its own for each test, because the host remembers each one's schema. */
let connected: Partial<Env>;

beforeEach(async () => {
  kili.reset();
  asked = 0;
  clock.now = NOW;
  reported.length = 0;
  connected = { KILI_API_KEY: HOST_KEY, KILI_API_ENDPOINT: `https://kili-${(host += 1)}.example/api/label/v2/graphql` };
  farEnd.fetch = (url, init) => {
    asked += 1;
    return kili.handle(new Request(url, init));
  };
  await emptyDatabase();
});

afterEach(() => {
  farEnd.fetch = noNetwork;
});

async function introspect(env = connected) {
  const answer = await ask(INTROSPECTION, {}, env);
  expect(answer.errors).toBeUndefined();
  return buildClientSchema(answer.data as unknown as IntrospectionQuery);
}

const version = async (env = connected) => {
  const kiliSchema = await findKiliSchema({ ...env, DB: db } as Env, new Headers(), {
    readKiliSchema,
    reportError: (error) => reported.push(error),
  });
  return (await (await versionAnswer(kiliSchema)).json<{ version: string }>()).version;
};

/** Answers every operation as a Kili with this schema does an introspection. */
const kiliWith = (sdl: string) => async () => Response.json({ data: introspectionFromSchema(buildSchema(sdl)) });

describe("introspection", () => {
  test("holds Kili's schema with this host's plugins in it", async () => {
    const schema = await introspect();
    expect(validate(schema, parse(PROJECTS))).toEqual([]);
    expect(validate(schema, parse("{ listPlugins { id projectIds manifest } }"))).toEqual([]);
    expect(validate(schema, parse("{ listPlugins { hasBeenAskedOfKili } }"))).toHaveLength(1);
    expect(kili.calls[0]?.authorization).toBe(`X-API-Key: ${HOST_KEY}`);
    expect(reported).toEqual([]);
  });

  test("is this host's own without Kili", async () => {
    const schema = await introspect({});
    expect(validate(schema, parse(PROJECTS)).length).toBeGreaterThan(0);
    expect(asked).toBe(0);
  });

  test("takes variables and names, and refuses what does not fit", async () => {
    const query = "query ($name: String!) { __type(name: $name) { name fields { name } } __typename }";
    expect(await ask(query, { name: "Project" }, connected)).toMatchObject({ data: { __type: { name: "Project" } } });
    expect((await ask("{ __schema { nothing } }", {}, connected)).errors).toMatchObject([
      { message: textWith("Cannot query field"), extensions: { code: "BAD_REQUEST" } },
    ]);
    const wrong = await ask("query ($a: Int!) { __schema { queryType { name @include(if: true) } } }", {}, connected);
    expect(wrong.errors?.length).toBeGreaterThan(0);
    const types = "fields { type { fields { type { fields { type { fields { type { name } } } } } } } }";
    expect((await ask(`{ __type(name: "Query") { ${types} } }`, {}, connected)).errors?.length).toBeGreaterThan(0);
  });

  test("is this host's own while Kili is away and was never seen, and Kili is left alone for a while", async () => {
    farEnd.fetch = async () => {
      asked += 1;
      throw new TypeError("no route");
    };
    expect(validate(await introspect(), parse("{ listPlugins { id } }"))).toEqual([]);
    expect(reported.map(String).join()).toMatch(/Cannot call "__schema": Kili cannot be reached/);
    await introspect();
    expect(asked).toBe(1);
    clock.now += KILI_SCHEMA_PAUSE_MS;
    await introspect();
    expect(asked).toBe(2);
  });

  test.each([
    ["refuses the key", { message: "[unauthenticated] no" }],
    ["answers something else", { body: '{"data":{"__schema":{"types":[]}}}' }],
    ["answers no schema", { body: '{"data":{"__schema":{"types":[{"name":"a"}],"queryType":{"name":"b"}}}}' }],
    ["answers no GraphQL", { body: "<html>" }],
    ["fails", { status: 500 }],
  ])("is this host's own where Kili %s, which the log says", async (_name, fault) => {
    kili.fail({ times: 1, ...fault });
    expect(validate(await introspect(), parse("{ listPlugins { id } }"))).toEqual([]);
    expect(reported).toHaveLength(1);
    expect(String(reported[0])).not.toContain(HOST_KEY);
  });

  test("a schema that does not go together with ours is left out, and the log says so", async () => {
    farEnd.fetch = kiliWith(`
      interface Named { id: Int }
      type User implements Named { id: Int }
      type Query { users: [User] named: Named }
    `);
    expect(validate(await introspect(), parse("{ viewer { id } }"))).toEqual([]);
    expect(String(reported[0])).toMatch(/Cannot merge Kili's schema/);
  });
});

describe("Kili's schema is remembered", () => {
  test("for a while, also by the next isolate", async () => {
    await introspect();
    await introspect();
    expect(asked).toBe(1);
    const read = rememberKiliSchema({ fetch: farEnd.fetch, now: () => clock.now });
    const found = await read(db, { endpoint: connected.KILI_API_ENDPOINT ?? "", apiKey: HOST_KEY });
    expect(found.ok && found.value.text).toContain("ProjectWhere");
    expect(asked).toBe(1);
    clock.now += KILI_SCHEMA_TTL_MS;
    await introspect();
    expect(asked).toBe(2);
    expect(await countRows("settings")).toBe(1);
  });

  test("for longer while Kili is away", async () => {
    await introspect();
    clock.now += KILI_SCHEMA_TTL_MS * 10;
    farEnd.fetch = async () => new Response("<html>", { status: 502 });
    expect(validate(await introspect(), parse(PROJECTS))).toEqual([]);
    const read = rememberKiliSchema({ fetch: farEnd.fetch, now: () => clock.now });
    expect((await read(db, { endpoint: connected.KILI_API_ENDPOINT ?? "", apiKey: HOST_KEY })).ok).toBe(true);
  });

  test("and read by one request at a time; the others have the old one, or none", async () => {
    const remembered = rememberKiliSchema({ fetch: (url, init) => farEnd.fetch(url, init), now: () => clock.now });
    const read = () => remembered(db, { endpoint: connected.KILI_API_ENDPOINT ?? "", apiKey: HOST_KEY });
    const answer = farEnd.fetch;
    let held = Promise.withResolvers<void>();
    farEnd.fetch = async (url, init) => {
      const answered = answer(url, init);
      await held.promise;
      return answered;
    };
    const first = read();
    await vi.waitFor(() => expect(asked).toBe(1));
    expect(await read()).toEqual({ ok: false, failure: { reason: "under_way" } });
    held.resolve();
    const known = await first;
    expect(known.ok).toBe(true);

    held = Promise.withResolvers();
    clock.now += KILI_SCHEMA_TTL_MS;
    const second = read();
    await vi.waitFor(() => expect(asked).toBe(2));
    expect(await read()).toEqual(known);
    clock.now += KILI_SCHEMA_MS;
    const third = read();
    await vi.waitFor(() => expect(asked).toBe(3));
    held.resolve();
    expect([(await second).ok, (await third).ok]).toEqual([true, true]);
  });

  test("of one Kili, not of another", async () => {
    await introspect();
    const other = { ...connected, KILI_API_ENDPOINT: "https://other-kili.example/graphql" };
    farEnd.fetch = kiliWith("type Query { other: Int }");
    expect(validate(await introspect(other), parse("{ other }"))).toEqual([]);
    expect(validate(await introspect(other), parse(PROJECTS)).length).toBeGreaterThan(0);
  });
});

describe("the version", () => {
  test("changes when Kili's schema does, and not otherwise", async () => {
    const alone = await version({});
    const first = await version();
    expect(first).toMatch(/^[0-9a-f]{16}$/);
    expect(first).not.toBe(alone);
    clock.now += KILI_SCHEMA_TTL_MS;
    expect(await version()).toBe(first);
    farEnd.fetch = kiliWith(KILI_SCHEMA.replace("type Query {", "type Query { isNew: Int"));
    expect(await version()).toBe(first);
    clock.now += KILI_SCHEMA_TTL_MS;
    expect(await version()).not.toBe(first);
    expect(await version({})).toBe(alone);
  });
});

describe("where callers bring their own key", () => {
  const ownKeys = () => ({ KILI_API_ENDPOINT: connected.KILI_API_ENDPOINT ?? "", UPSTREAM_KEY: "caller" });

  test("without any key the schema is this host's own, until somebody has lent one", async () => {
    await introspect(ownKeys());
    expect(asked).toBe(0);
    expect(reported).toEqual([]);
    const env = { ...ownKeys(), DB: db } as unknown as Env;
    const lent = new Headers({ "x-kili-api-key": HOST_KEY });
    const found = await findKiliSchema(env, lent, { readKiliSchema, reportError: (error) => reported.push(error) });
    expect(found).not.toBeNull();
    expect(validate(await introspect(ownKeys()), parse(PROJECTS))).toEqual([]);
    expect(asked).toBe(1);
  });

  test("a setting that cannot be understood connects nothing", async () => {
    await introspect({ ...connected, UPSTREAM_KEY: "callers" });
    expect(asked).toBe(0);
  });
});
