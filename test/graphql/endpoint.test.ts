import { getIntrospectionQuery } from "graphql";
import { beforeEach, describe, expect, test } from "vitest";
import { versionAnswer } from "../../worker/graphql/version-answer.ts";
import { emptyDatabase } from "../store/test-db.ts";
import { anyText, ask, KEY, reported, send, textWith, type Answer } from "./graphql-host.ts";

const URL = "http://host/api/label/v2/graphql";
const VIEWER = '{"query":"{ viewer { id email } }"}';

beforeEach(async () => {
  reported.length = 0;
  await emptyDatabase();
});

function post(headers: Record<string, string>, body: string): Request {
  return new Request(URL, { method: "POST", headers: { "content-type": "application/json", ...headers }, body });
}

describe("authentication", () => {
  test.each([
    ["as Kili's SDK sends it", { authorization: `X-API-Key: ${KEY}` }],
    ["in a header of its own", { "x-api-key": KEY }],
    ["as a bearer's token", { authorization: `Bearer ${KEY}` }],
  ])("lets the key in %s", async (_name, headers) => {
    const response = await send(post(headers, VIEWER));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ data: { viewer: { id: "admin", email: anyText } } });
  });

  test.each<[name: string, headers: Record<string, string>]>([
    ["no key", {}],
    ["an empty key", { authorization: "X-API-Key: " }],
    ["another key", { authorization: "X-API-Key: other" }],
    ["a prefix of the key", { "x-api-key": KEY.slice(0, -1) }],
    ["the key and more", { "x-api-key": `${KEY}x` }],
    ["another scheme", { authorization: `Basic ${KEY}` }],
  ])("answers %s with 200 and UNAUTHENTICATED", async (_name, headers) => {
    for (const body of [VIEWER, JSON.stringify({ query: getIntrospectionQuery() }), "not json"]) {
      const response = await send(post(headers, body));
      expect(response.status).toBe(200);
      const answer: Answer = await response.json();
      expect(answer).toEqual({ errors: [{ message: anyText, extensions: { code: "UNAUTHENTICATED" } }] });
      expect(JSON.stringify(answer)).not.toContain(KEY);
    }
  });

  test("a host without a key lets nobody in", async () => {
    for (const ADMIN_API_KEY of ["", undefined]) {
      const overrides = ADMIN_API_KEY === undefined ? {} : { ADMIN_API_KEY };
      const request = post({ authorization: "X-API-Key: undefined" }, VIEWER);
      const answer: Answer = await (await send(request, { ADMIN_API_KEY: "", ...overrides })).json();
      expect(answer.errors?.[0]?.extensions).toEqual({ code: "UNAUTHENTICATED" });
    }
  });
});

describe("HTTP", () => {
  const withKey = { authorization: `X-API-Key: ${KEY}` };

  test.each(["undefined", "{", "[]", "1", "%"])(
    "variables in a URL that are %s are the caller's mistake",
    async (text) => {
      const search = new URLSearchParams({ query: "{ viewer { id } }", variables: text });
      const response = await send(new Request(`${URL}?${search}`, { headers: withKey }));
      const answer: Answer = await response.json();
      expect([response.status, answer.errors?.[0]?.extensions]).toEqual([200, { code: "BAD_USER_INPUT" }]);
      expect(reported).toEqual([]);
    },
  );

  test("queries may come by GET", async () => {
    const response = await send(new Request(`${URL}?query={viewer{id}}`, { headers: withKey }));
    expect(await response.json()).toEqual({ data: { viewer: { id: "admin" } } });
  });

  test("mutations may not", async () => {
    const query = 'mutation{deactivatePluginOnProject(where:{pluginName:"a",projectId:"b"})}';
    const response = await send(new Request(`${URL}?query=${encodeURIComponent(query)}`, { headers: withKey }));
    expect(response.status).toBe(200);
    const answer: Answer = await response.json();
    expect(answer.data).toBeUndefined();
    expect(answer.errors?.[0]?.extensions).toEqual({ code: anyText });
  });

  test.each([
    ["no JSON", "{"],
    ["JSON that is no operation", "[]"],
    ["nothing to run", "{}"],
    ["variables that are no object", '{"query":"{viewer{id}}","variables":3}'],
    ["a syntax error", '{"query":"{ viewer {"}'],
    ["an unknown field", '{"query":"{ nothing }"}'],
    ["an unknown operation", '{"query":"query a { viewer { id } }","operationName":"b"}'],
  ])("%s is 200 with errors that have a code", async (_name, body) => {
    for (const accept of ["application/json", "application/graphql-response+json", "*/*"]) {
      const response = await send(post({ ...withKey, accept }, body));
      expect(response.status).toBe(200);
      const answer: Answer = await response.json();
      expect(answer.errors?.length).toBeGreaterThan(0);
      for (const error of answer.errors ?? []) expect(error.extensions).toEqual({ code: anyText });
    }
    expect(reported).toEqual([]);
  });

  test("a body over the limit is refused", async () => {
    const response = await send(post(withKey, JSON.stringify({ query: `{ viewer { id } } #${"x".repeat(200_000)}` })));
    const answer: Answer = await response.json();
    expect(answer.errors?.[0]?.message).toMatch(/too large/);
  });

  test("a compressed body gets 415, after which Kili's SDK sends it plain", async () => {
    expect((await send(post({ ...withKey, "content-encoding": "gzip" }, VIEWER))).status).toBe(415);
  });

  test("other sites' pages are told nothing", async () => {
    const response = await send(post({ ...withKey, origin: "https://evil.example" }, VIEWER));
    expect(response.headers.has("access-control-allow-origin")).toBe(false);
  });

  test("no complexity header that is not a number", async () => {
    expect((await send(post(withKey, VIEWER))).headers.has("x-complexity")).toBe(false);
  });
});

describe("introspection", () => {
  test("in the form the SDK asks for", async () => {
    const query = getIntrospectionQuery({
      descriptions: true,
      schemaDescription: true,
      directiveIsRepeatable: true,
      inputValueDeprecation: true,
      specifiedByUrl: false,
    });
    const answer = await ask(query);
    expect(answer.errors).toBeUndefined();
    const schema = answer.data?.["__schema"] as {
      types: { name: string }[];
      directives: { locations: string[] }[];
    };
    expect(schema.types.map((type) => type.name)).toContain("PluginBuildError");
    // The SDK's GraphQL library knows the places of the October 2021 specification and fails on any other.
    const places = new Set(schema.directives.flatMap((directive) => directive.locations));
    expect([...places].sort()).toEqual([
      "ARGUMENT_DEFINITION",
      "ENUM_VALUE",
      "FIELD",
      "FIELD_DEFINITION",
      "FRAGMENT_SPREAD",
      "INLINE_FRAGMENT",
      "INPUT_FIELD_DEFINITION",
      "INPUT_OBJECT",
      "SCALAR",
    ]);
  });

  test("a circular one is refused", async () => {
    const types = "fields { type { fields { type { fields { type { fields { type { name } } } } } } } }";
    expect((await ask(`{ __type(name: "Query") { ${types} } }`)).errors?.length).toBeGreaterThan(0);
  });
});

describe("limits", () => {
  const nested = (levels: number) =>
    `{ run(id: "a") { ${"delivery { runs(first: 1) { ".repeat(levels)} id ${"} }".repeat(levels)} } }`;

  test("depth: an operation may nest as deep as the limit and no deeper", async () => {
    expect((await ask(nested(5))).errors).toBeUndefined();
    const answer = await ask(nested(6));
    expect(answer.errors).toEqual([
      {
        message: "Cannot answer query: it nests 14 deep, at most 12",
        extensions: { code: "QUERY_TOO_LARGE" },
      },
    ]);
  });

  test("depth: fragments count as what they hold, and cycles end", async () => {
    const deep = `{ run(id: "a") { ...a } } fragment a on Run { ${"delivery { runs { ".repeat(6)} id ${"} }".repeat(6)} }`;
    expect((await ask(deep)).errors?.[0]?.message).toMatch(/nests 14 deep/);
    const circular = `{ run(id: "a") { ...a } } fragment a on Run { delivery { runs { ...a } } }`;
    expect((await ask(circular)).errors?.[0]?.message).toMatch(/fragment "a" within itself/);
  });

  test("cost: pages multiply down the tree", async () => {
    const query = `query ($first: PageSize!) { events(first: 10) { deliveries(first: $first) { runs(first: 5) { logs(first: 10) { content } } } } }`;
    expect((await ask(query, { first: 10 })).errors).toBeUndefined();
    const answer = await ask(query, { first: 500 });
    expect(answer.errors).toEqual([
      {
        message: textWith(/^Cannot answer query: it may cost \d+ rows, at most 20000/),
        extensions: { code: "QUERY_TOO_LARGE" },
      },
    ]);
  });

  test("cost: what the SDK and `send` ask is far below it", async () => {
    const query = `{ event(id: "a") { deliveries(first: 20) { runs(first: 5) { calls { target } logs(first: 100) { content } } } } }`;
    expect((await ask(query)).errors).toBeUndefined();
    expect((await ask("{ listPlugins { name projectIds id createdAt updatedAt } }")).errors).toBeUndefined();
  });

  test.each([
    ["a page beyond the largest", "{ events(first: 501) { id } }"],
    ["a negative page", "{ events(first: -1) { id } }"],
    ["a page of a fraction", "{ events(first: 1.5) { id } }"],
    ["a negative skip", "{ events(skip: -1) { id } }"],
  ])("pages: %s is refused", async (_name, query) => {
    const answer = await ask(query);
    expect(answer.errors?.[0]).toMatchObject({
      message: textWith("Cannot list a page"),
      extensions: { code: "BAD_USER_INPUT" },
    });
  });

  test("pages: one from a variable too", async () => {
    const answer = await ask("query ($first: PageSize) { events(first: $first) { id } }", { first: 501 });
    expect(answer.errors?.[0]?.message).toContain("wanted a whole number from 0 to 500");
  });

  test("an explicit null means the default page", async () => {
    expect((await ask("{ events(first: null, skip: null) { id } }")).errors).toBeUndefined();
  });

  const bombs: [name: string, query: string][] = [
    ["aliases of a root field", `{ ${repeat(300, (n) => `a${n}: viewer { id }`)} }`],
    ["aliases of a database field", `{ ${repeat(250, (n) => `a${n}: countPlugins(where: {})`)} }`],
    ["the same field over and over", `{ ${repeat(1_000, () => "viewer { id }")} }`],
    [
      "fragments that double",
      `{ viewer { ...f0 } } ${repeat(60, (n) => `fragment f${n} on User { ...f${n + 1} ...f${n + 1} }`)} fragment f60 on User { id }`,
    ],
    ["directives", `{ viewer { id ${"@include(if: true) ".repeat(1_000)} } }`],
  ];
  test.each(bombs)("bombs: %s", async (_name, query) => {
    const answer = await ask(query);
    expect(answer.data).toBeUndefined();
    expect(answer.errors?.length).toBeGreaterThan(0);
  });
});

function repeat(times: number, make: (index: number) => string): string {
  return Array.from({ length: times }, (_, index) => make(index)).join(" ");
}

describe("masking", () => {
  test("an internal failure is logged and not shown", async () => {
    const failure = new Error("D1_ERROR: secret detail");
    const broken = new Proxy({} as D1Database, {
      get: () => () => {
        throw failure;
      },
    });
    const answer = await ask(`{ viewer { id } plugin(name: "a") { id } }`, {}, { DB: broken });
    expect(answer.data).toEqual({ viewer: { id: "admin" }, plugin: null });
    expect(answer.errors).toHaveLength(1);
    expect(answer.errors?.[0]).toMatchObject({
      message: "Cannot answer: the host failed, and its log says why",
      extensions: { code: "INTERNAL_SERVER_ERROR" },
    });
    expect(JSON.stringify(answer)).not.toContain("secret detail");
    expect(reported.map(String).join()).toContain("secret detail");
  });

  test("a key in a query reaches no log", async () => {
    const failing = `{ apiKeys(where: {key: "${KEY}"}) { id } plugin(name: "a") { id } }`;
    await ask(failing, {}, { DB: null as unknown as D1Database });
    expect(reported.length).toBeGreaterThan(0);
    for (const error of reported) expect(String(error) + String((error as Error).stack)).not.toContain(KEY);
  });
});

describe("the query editor", () => {
  const page = (headers: Record<string, string>, ENVIRONMENT: string) =>
    send(new Request(`${URL}?query={viewer{id}}`, { headers: { accept: "text/html,*/*;q=0.8", ...headers } }), {
      ENVIRONMENT,
    });

  test("is shown in development, without a key and without an answer", async () => {
    const response = await page({}, "development");
    expect(response.headers.get("content-type")).toContain("text/html");
    expect(await response.text()).not.toContain("kili-edge.invalid");
  });

  test.each(["production", "test", ""])("is not shown in %j", async (environment) => {
    expect((await page({}, environment)).headers.get("content-type")).toContain("application/json");
    const answer: Answer = await (await page({ "x-api-key": KEY }, environment)).json();
    expect(answer.data).toEqual({ viewer: { id: "admin" } });
  });
});

test("the version is one the SDK finds, and stays the same", async () => {
  const text = await (await versionAnswer(null)).text();
  expect(text).toMatch(/^\{"version":"[0-9a-f]{16}"\}$/);
  expect(await (await versionAnswer(null)).text()).toBe(text);
});
