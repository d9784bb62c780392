// Operations that are Kili's, through the endpoint, to the double of Kili's API at the network's far end.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MAX_FORWARD_BYTES, MAX_KILI_ANSWER_BYTES, MAX_KILI_SENDS } from "../../worker/limits.ts";
import { createKiliDouble } from "../kili-double/kili-double.ts";
import { NOW } from "../store/rows.ts";
import { db, emptyDatabase } from "../store/test-db.ts";
import {
  anyText,
  ask,
  clock,
  farEnd,
  KEY,
  makeKey,
  noNetwork,
  reported,
  send,
  textWith,
  type Answer,
} from "./graphql-host.ts";

const HOST_KEY = "the-hosts-kili-key";
const CONNECTED = { KILI_API_KEY: HOST_KEY, KILI_API_ENDPOINT: "https://kili.example/api/label/v2/graphql" };
const PROJECTS = `query projects($where: ProjectWhere!, $first: PageSize!, $skip: Int!) {
  data: projects(where: $where, first: $first, skip: $skip) { id title }
}`;
const ALL = { where: {}, first: 100, skip: 0 };
const DELETE = `mutation ($ids: [ID!]!) { data: deleteLabels(ids: $ids) }`;

const kili = createKiliDouble(HOST_KEY);

beforeEach(async () => {
  kili.reset();
  kili.state.projects.set("p", { id: "p", title: "Title" });
  clock.now = NOW;
  reported.length = 0;
  farEnd.fetch = (url, init) => kili.handle(new Request(url, init));
  await emptyDatabase();
});

afterEach(() => {
  farEnd.fetch = noNetwork;
});

function post(body: unknown, headers: Record<string, string> = {}, env: Record<string, string> = CONNECTED) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return send(
    new Request("http://host/api/label/v2/graphql", {
      method: "POST",
      headers: { authorization: `X-API-Key: ${KEY}`, "content-type": "application/json", ...headers },
      body: text,
    }),
    env,
  );
}

describe("with Kili connected", () => {
  test("an operation of Kili's goes there as it came, and its answer comes back as it is", async () => {
    const headers = {
      "kili-client-name": "python-sdk",
      "kili-client-call-uuid": "call-1",
      "kili-client-method-name": "projects",
      "apollographql-client-name": "python-sdk",
      cookie: "mine",
      "x-other": "mine",
    };
    const response = await post({ query: PROJECTS, variables: ALL, operationName: "projects" }, headers);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("application/json");
    expect(await response.json()).toEqual({ data: { data: [{ id: "p", title: "Title" }] } });
    const [call] = kili.calls;
    expect(call).toMatchObject({ query: PROJECTS, variables: ALL, operationName: "projects" });
    expect(call?.authorization).toBe(`X-API-Key: ${HOST_KEY}`);
    expect(call?.headers).toMatchObject({
      "kili-client-name": "python-sdk",
      "kili-client-call-uuid": "call-1",
      "kili-client-method-name": "projects",
      "apollographql-client-name": "python-sdk",
    });
    expect(JSON.stringify(call?.headers)).not.toContain("mine");
    expect(JSON.stringify(call)).not.toContain(KEY);
  });

  test("plugins are never asked of Kili", async () => {
    const answer = await ask("{ data: listPlugins { id name } }", {}, CONNECTED);
    expect(answer).toEqual({ data: { data: [] } });
    await ask(`{ apiKeys(where: {key: "${KEY}"}) { id } viewer { id email } }`, {}, CONNECTED);
    expect((await ask("{ listPlugins { hasBeenAskedOfKili } }", {}, CONNECTED)).errors).toHaveLength(1);
    expect(kili.calls).toEqual([]);
  });

  test("nobody gets through without a key", async () => {
    const response = await post({ query: PROJECTS, variables: ALL }, { authorization: "X-API-Key: wrong" });
    expect(await response.json()).toEqual({ errors: [{ message: anyText, extensions: { code: "UNAUTHENTICATED" } }] });
    expect(kili.calls).toEqual([]);
  });

  test("changes are for operators and admins, and name who made them", async () => {
    kili.state.labels.set("l", { id: "l", assetId: "a", labelType: "DEFAULT", jsonResponse: "{}" });
    const { key } = await makeKey("viewer");
    const refused = await ask(DELETE, { ids: ["l"] }, CONNECTED, key);
    expect(refused).toEqual({
      errors: [
        {
          message: textWith(/^Cannot run "deleteLabels": .*wanted operator or admin$/),
          extensions: { code: "FORBIDDEN" },
        },
      ],
    });
    expect(kili.calls).toEqual([]);
    expect((await ask(PROJECTS, ALL, CONNECTED, key)).errors).toBeUndefined();

    const operator = await makeKey("operator", { name: "ci" });
    const headers = {
      authorization: `X-API-Key: ${operator.key}`,
      "kili-client-method-name": "delete_labels",
      "kili-client-call-uuid": "call-7",
    };
    const response = await post({ query: DELETE, variables: { ids: ["l"] } }, headers);
    expect(await response.json()).toEqual({ data: { data: ["l"] } });
    const { results } = await db.prepare("SELECT actor, detail FROM audit WHERE action = 'forwarded'").all();
    expect(results).toEqual([{ actor: "key:ci", detail: "deleteLabels delete_labels call-7" }]);
  });

  test("a viewer's change is refused in every disguise", async () => {
    const { key } = await makeKey("viewer");
    for (const query of [
      "mutation { listPlugins: deleteLabels(ids: []) }",
      "mutation { ...f } fragment f on Mutation { deleteLabels(ids: []) }",
      "query a { projects { id } } mutation b { deleteLabels(ids: []) }",
    ]) {
      const response = await post(
        { query, operationName: query.startsWith("query") ? "b" : null },
        { authorization: `X-API-Key: ${key}` },
      );
      const answer: Answer = await response.json();
      expect(answer.data).toBeUndefined();
      expect(answer.errors).toHaveLength(1);
    }
    expect(kili.calls).toEqual([]);
  });

  test("an operation of both is refused, and says whose each field is", async () => {
    const answer = await ask("{ listPlugins { id } projects { id } }", {}, CONNECTED);
    expect(answer.errors).toEqual([
      {
        message:
          'Cannot answer operation: "listPlugins" this host answers and "projects" only Kili, wanted two operations',
        extensions: { code: "BAD_USER_INPUT" },
      },
    ]);
    const several = await ask("query a { projects { id } } query b { labels { id } }", {}, CONNECTED);
    expect(several.errors).toHaveLength(1);
    expect(kili.calls).toEqual([]);
  });

  test("fields that both have: each answers its own", async () => {
    kili.state.events.push({ id: "e", event: "labels.created.submit", projectId: "p", createdAt: "now" });
    const query = `query Events($where: EventsWhere!, $pagination: EventPagination!, $order: Order) {
      data: events(where: $where, pagination: $pagination, order: $order) { id event }
    }`;
    const variables = { where: { projectId: "p" }, pagination: { skip: 0, first: 10 } };
    expect(await ask(query, variables, CONNECTED)).toEqual({
      data: { data: [{ id: "e", event: "labels.created.submit" }] },
    });
    expect(await ask("{ events { id receivedAt } }", {}, CONNECTED)).toEqual({ data: { events: [] } });
    expect(await ask("{ viewer { organization { id } } }", {}, CONNECTED)).toEqual({
      data: { viewer: { organization: { id: "org" } } },
    });
  });

  test("larger bodies than the host's own operations may have", async () => {
    const variables = { data: { labelsData: [{ assetID: "a", jsonResponse: "x".repeat(1_000_000) }] }, where: {} };
    const query = `mutation ($data: AppendManyLabelsData!, $where: AssetWhere!) { appendManyLabels(data: $data, where: $where) { id } }`;
    expect((await ask(query, variables, CONNECTED)).errors).toBeUndefined();
    const own = await ask("{ listPlugins { id } }", { pad: "x".repeat(1_000_000) }, CONNECTED);
    expect(own.errors).toHaveLength(1);
    const response = await post(`{"query":"${"x".repeat(MAX_FORWARD_BYTES)}"}`);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "QUERY_TOO_LARGE" } }] });
  });
});

describe("when Kili fails, the answer is 200 and a GraphQL error with extensions", () => {
  const failure = async (query = PROJECTS, variables: Record<string, unknown> = ALL) => {
    const answer = await ask(query, variables, CONNECTED);
    expect(JSON.stringify(answer)).not.toContain(HOST_KEY);
    return answer.errors?.map(({ message, extensions }) => [message, extensions["code"]]);
  };

  test("Kili's words, and its data beside them", async () => {
    kili.fail({ times: 1, message: "[notFound] no such project" });
    expect(await failure()).toEqual([["[notFound] no such project", "KILI_ERROR"]]);
    kili.fail({
      times: 1,
      body: JSON.stringify({
        data: { a: 1 },
        errors: [
          { message: "m", extensions: null },
          { extensions: { code: "X", n: 1 }, path: ["a"] },
        ],
      }),
    });
    expect(await ask(PROJECTS, ALL, CONNECTED)).toEqual({
      data: { a: 1 },
      errors: [
        { message: "m", extensions: { code: "KILI_ERROR" } },
        { message: anyText, extensions: { code: "X", n: 1 }, path: ["a"] },
      ],
    });
  });

  test("Kili's own validation", async () => {
    expect(await failure("{ data: projectz { id } }", {})).toEqual([
      [textWith(/Cannot query field "projectz" on type "Query"/), "KILI_ERROR"],
    ]);
  });

  test("reads are sent again, changes are not", async () => {
    kili.fail({ times: 2, status: 503 });
    expect(await failure()).toBeUndefined();
    expect(kili.calls).toHaveLength(3);
    kili.fail({ times: 1, status: 503 });
    expect(await failure(DELETE, { ids: [] })).toEqual([
      [textWith(/^Cannot tell whether "deleteLabels" was done: Kili answered with status 503/), "KILI_ERROR"],
    ]);
    expect(kili.calls).toHaveLength(4);
  });

  test("a status that does not pass, with words and without", async () => {
    kili.fail({ times: MAX_KILI_SENDS, status: 429, message: "Too many requests" });
    expect(await failure()).toEqual([["Too many requests", "KILI_ERROR"]]);
    kili.fail({ times: MAX_KILI_SENDS, status: 429 });
    expect(await failure()).toEqual([
      ['Cannot call "projects": Kili answered with status 429, wanted 200', "KILI_ERROR"],
    ]);
    kili.fail({ times: 1, status: 401 });
    expect(await failure()).toEqual([[textWith(/status 401/), "KILI_ERROR"]]);
  });

  test.each([
    ["no GraphQL", "<html>", /not GraphQL/],
    ["a JSON list", "[]", /not GraphQL/],
    ["JSON without data", "{}", /not GraphQL/],
    ["errors that are no list", '{"errors":"all"}', /not GraphQL/],
  ])("%s", async (_name, body, message) => {
    kili.fail({ times: 1, body });
    expect(await failure()).toEqual([[textWith(message), "KILI_ERROR"]]);
  });

  test("no connection, or an answer that never ends", async () => {
    farEnd.fetch = async () => {
      throw new TypeError(`cannot connect with ${HOST_KEY}`);
    };
    expect(await failure()).toEqual([
      [textWith(/cannot be reached \(cannot connect with \[redacted\]\)/), "KILI_ERROR"],
    ]);
    const chunk = new Uint8Array(1024 * 1024).fill(120);
    farEnd.fetch = async () => new Response(new ReadableStream({ pull: (controller) => controller.enqueue(chunk) }));
    expect(await failure()).toEqual([[textWith(`over ${MAX_KILI_ANSWER_BYTES} bytes`), "KILI_ERROR"]]);
  });

  test("the host's key is in no answer, even if Kili says it", async () => {
    kili.fail({ times: 1, message: `your key is ${HOST_KEY}` });
    expect(await failure()).toEqual([["your key is [redacted]", "KILI_ERROR"]]);
    kili.fail({ times: 1, body: JSON.stringify({ data: { key: HOST_KEY } }) });
    expect(await ask(PROJECTS, ALL, CONNECTED)).toEqual({ data: { key: "[redacted]" } });
  });

  test("a redirect is not followed", async () => {
    let asked: RequestInit | undefined;
    farEnd.fetch = async (_url, init) => {
      asked = init;
      return new Response(null, { status: 302, headers: { location: "https://evil.example" } });
    };
    expect(await failure()).toEqual([[textWith(/status 302/), "KILI_ERROR"]]);
    expect(asked?.redirect).toBe("manual");
  });
});

describe("whose key Kili gets", () => {
  test("the caller's, where the host lends none", async () => {
    const env = { ...CONNECTED, UPSTREAM_KEY: "caller" };
    const response = await post({ query: PROJECTS, variables: ALL }, { "x-kili-api-key": "callers-own" }, env);
    // The double takes another key; what counts is which one it got.
    expect(await response.json()).toMatchObject({ errors: [{ message: textWith("unauthenticated") }] });
    expect(kili.calls[0]?.authorization).toBe("X-API-Key: callers-own");
    const without = await ask(PROJECTS, ALL, env);
    expect(without.errors).toEqual([
      {
        message:
          'Cannot forward "projects" to Kili: the host lends no key, wanted your own in the header "x-kili-api-key"',
        extensions: { code: "NOT_CONNECTED" },
      },
    ]);
    expect(kili.calls).toHaveLength(1);
  });

  test("the caller's is left alone where the host lends its own", async () => {
    await post({ query: PROJECTS, variables: ALL }, { "x-kili-api-key": "callers-own" });
    expect(kili.calls[0]?.authorization).toBe(`X-API-Key: ${HOST_KEY}`);
    expect(JSON.stringify(kili.calls)).not.toContain("callers-own");
  });

  test("nobody's, where the setting cannot be understood", async () => {
    const answer = await ask(PROJECTS, ALL, { ...CONNECTED, UPSTREAM_KEY: "callers" });
    expect(answer.errors?.[0]?.message).toContain('UPSTREAM_KEY is "callers"');
    expect(kili.calls).toEqual([]);
  });
});

describe("without Kili", () => {
  test("the answer says what to set", async () => {
    for (const [query, field] of [
      [PROJECTS, "projects"],
      [DELETE, "deleteLabels"],
    ] as const) {
      expect((await ask(query, ALL)).errors).toEqual([
        {
          message: textWith(new RegExp(`^Cannot forward "${field}" to Kili: .*wanted KILI_API_KEY`)),
          extensions: { code: "NOT_CONNECTED" },
        },
      ]);
    }
    expect(kili.calls).toEqual([]);
  });
});
