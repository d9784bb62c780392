import { describe, expect, test } from "vitest";
import type { Env } from "../../worker/env.ts";
import { forwardHeaders } from "../../worker/kili/forward-headers.ts";
import { forwardOperation } from "../../worker/kili/forward-operation.ts";
import { forwardTarget } from "../../worker/kili/forward-target.ts";
import { FORWARD_MS, KILI_RETRY_MAX_MS, MAX_FORWARD_HEADER_CHARS, MAX_FORWARD_HEADERS } from "../../worker/limits.ts";

const UPSTREAM = { endpoint: "https://kili.example/graphql", apiKey: "top-secret-key" };
const READ = { kind: "query", body: { query: "{ projects { id } }" }, headers: {} } as const;

/** Forwards one read to a Kili that answers with these bodies in turn, each after a second. */
async function forward(...answers: (() => Response | Promise<Response>)[]) {
  let time = 0;
  let sent = 0;
  const slept: number[] = [];
  const answer = await forwardOperation(UPSTREAM, READ, {
    fetch: async (_url, init) => {
      time += 1_000;
      init.signal?.throwIfAborted();
      const next = answers[sent++];
      if (next === undefined) throw new Error("sent more often than expected");
      return next();
    },
    sleep: async (ms) => {
      slept.push(ms);
      time += ms;
    },
    budget: { take: async () => true, pause: async () => {} },
    random: () => 0,
    now: () => time,
  });
  return { answer, sent, slept };
}

const body = (text: string) => () => new Response(text);

describe("what comes back", () => {
  test.each([
    '{"data":{"a":[1, 2],\n "b":null}}',
    JSON.stringify({ data: { text: '{"errors":[]}' } }),
    '{"data":{"a":{}},"extensions":{"deprecations":[{"path":"a","reason":"b"}]}}',
    '{"data":{"errors":[{"message":"of the data"}]}}',
    '{"data":{"a":1},"errors":[]}',
    '{"extensions":{},"data":null}',
    ' {"data" : {"a":1} , "more":1}\n',
  ])("%j: as it came, to the letter", async (text) => {
    expect((await forward(body(text))).answer).toEqual({ ok: true, value: text });
  });

  test.each(['{"data":{"a":1}', '{"data":{"a"', '"data"', "null", '[{"data":{}}]', ""])(
    "%j is no answer",
    async (text) => {
      expect((await forward(body(text))).answer).toEqual({ ok: false, failure: { reason: "not_graphql" } });
    },
  );

  test("errors beside data are given extensions, whatever comes first", async () => {
    const { answer } = await forward(body('{"data":{"a":{}},"errors":[{"message":"m","locations":[]}],"x":{"y":{}}}'));
    expect(answer.ok && JSON.parse(answer.value)).toEqual({
      data: { a: {} },
      errors: [{ message: "m", locations: [], extensions: { code: "KILI_ERROR" } }],
      x: { y: {} },
    });
  });
});

test("all sends of one operation share one time", async () => {
  const busy = () => new Response("", { status: 503, headers: { "retry-after": "600" } });
  const { answer, sent, slept } = await forward(busy, busy, busy);
  expect(answer).toMatchObject({ ok: false, failure: { reason: "http_status", status: 503 } });
  expect(sent).toBe(3);
  expect(slept).toEqual([KILI_RETRY_MAX_MS, KILI_RETRY_MAX_MS]);
  expect(slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(FORWARD_MS);
});

test("forwardHeaders: the client's words about itself, bounded", () => {
  const given = new Headers({
    "Kili-Client-Name": "python-sdk",
    "apollographql-client-version": "1",
    authorization: "X-API-Key: ke_secret",
    "x-api-key": "ke_secret",
    "x-kili-api-key": "secret",
    cookie: "secret",
    "x-forwarded-for": "secret",
    "kili-client-long": "x".repeat(MAX_FORWARD_HEADER_CHARS + 1),
  });
  expect(forwardHeaders(given)).toEqual({ "kili-client-name": "python-sdk", "apollographql-client-version": "1" });
  for (let index = 0; index < 100; index += 1) given.set(`kili-client-${index}`, "x");
  expect(Object.keys(forwardHeaders(given))).toHaveLength(MAX_FORWARD_HEADERS);
});

describe("forwardTarget", () => {
  const target = (env: Partial<Env>, headers: Record<string, string> = {}) =>
    forwardTarget(env as Env, new Headers(headers));

  test.each<[Partial<Env>, Record<string, string>, unknown]>([
    [{}, {}, { reason: "not_connected" }],
    [{}, { "x-kili-api-key": "mine" }, { reason: "not_connected" }],
    [{ UPSTREAM_KEY: "host" }, {}, { reason: "not_connected" }],
    [{ KILI_API_KEY: "k", UPSTREAM_KEY: "caller" }, {}, { reason: "no_caller_key" }],
    [{ KILI_API_KEY: "k", UPSTREAM_KEY: "caller" }, { "x-kili-api-key": " " }, { reason: "no_caller_key" }],
    [
      { KILI_API_KEY: "k", UPSTREAM_KEY: "caller" },
      { "x-kili-api-key": "x".repeat(MAX_FORWARD_HEADER_CHARS + 1) },
      { reason: "no_caller_key" },
    ],
    [{ KILI_API_KEY: "k", UPSTREAM_KEY: "Caller" }, {}, { reason: "bad_setting", found: "Caller" }],
  ])("%j with %j", (env, headers, failure) => {
    expect(target(env, headers)).toEqual({ ok: false, failure });
  });

  test("is Kili's cloud unless another is named, with the key that the setting means", () => {
    const cloud = "https://cloud.kili-technology.com/api/label/v2/graphql";
    expect(target({ KILI_API_KEY: "k" })).toEqual({ ok: true, value: { endpoint: cloud, apiKey: "k" } });
    const callers = {
      KILI_API_KEY: "k",
      KILI_API_ENDPOINT: "https://kili.internal/graphql",
      UPSTREAM_KEY: " caller\n",
    };
    expect(target(callers, { "x-kili-api-key": "mine" })).toEqual({
      ok: true,
      value: { endpoint: "https://kili.internal/graphql", apiKey: "mine" },
    });
  });
});
