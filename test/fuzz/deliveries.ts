// Deliveries: bodies that are nearly Kili's, and some that are nothing, under good and bad headers.
import * as fc from "fast-check";
import { fetchAnswer } from "./fetch-answer.ts";
import type { FuzzTarget } from "./fuzz-target.ts";

interface Delivery {
  readonly path: string;
  readonly secret: "right" | "wrong" | "none";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

// Few projects, since each has an inbox; "demo" has plugins, which run.
const projects = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom("fuzz-a", "fuzz-b", "demo") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "",
      " ",
      "*",
      "__proto__",
      "constructor",
      "é\u0000",
      "a/../b",
      "x".repeat(256),
      "x".repeat(257),
    ),
  },
);
const odd = fc.oneof(
  fc.constantFrom(null, true, 0, -0, 1e308, "", [], {}, "\ud800", "\u0000", "__proto__", { __proto__: null }, [[[]]]),
  fc.string({ unit: "binary" }),
  fc.jsonValue({ maxDepth: 4 }),
);
const id = fc.oneof({ weight: 4, arbitrary: fc.uuid() }, { weight: 1, arbitrary: odd });
const types = fc.oneof(
  fc.constantFrom("onSubmit", "onReview", "onCustomInterfaceClick", "onProjectUpdated", "onSendBackToQueue"),
  fc.constantFrom("labels.created.submit", "asset.skipped", "a.b.c.d", "*", ".", "..", "onsubmit"),
  fc.string({ unit: "binary", maxLength: 300 }),
);
const point = fc.record({ x: fc.oneof(fc.double(), odd), y: fc.oneof(fc.double(), odd) });
const label = fc.record(
  {
    id,
    labelType: fc.constantFrom("DEFAULT", "REVIEW", null),
    jsonResponse: fc.oneof(
      odd,
      fc.json(),
      fc.record({
        JOB_0: fc.record({
          annotations: fc.array(
            fc.record(
              {
                mid: id,
                boundingPoly: fc.array(fc.record({ normalizedVertices: fc.array(point, { maxLength: 6 }) }), {
                  maxLength: 3,
                }),
                categories: odd,
              },
              { requiredKeys: [] },
            ),
            { maxLength: 4 },
          ),
        }),
      }),
    ),
    assetId: id,
  },
  { requiredKeys: [] },
);
const payload = fc.oneof(
  odd,
  fc.record(
    { label: fc.oneof(label, odd), asset_id: id, settings_updated: odd, projectId: projects },
    { requiredKeys: [] },
  ),
);
const envelope = fc.record(
  {
    eventType: fc.oneof({ weight: 5, arbitrary: types }, { weight: 1, arbitrary: odd }),
    event: types,
    projectId: fc.oneof(projects, odd),
    logPayload: fc.oneof(
      { weight: 6, arbitrary: fc.record({ runId: id, projectId: projects }, { requiredKeys: [] }) },
      { weight: 1, arbitrary: odd },
    ),
    payload,
    label,
    organizationId: odd,
  },
  { requiredKeys: [] },
);
const deep = fc.tuple(fc.nat(3_000), fc.constantFrom("[", '{"a":', '[{"":')).map(([depth, open]) => open.repeat(depth));
const text = fc.oneof(
  { weight: 12, arbitrary: envelope.map((value) => JSON.stringify(value)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        envelope.map((value) => JSON.stringify(value)),
        fc.nat(),
        fc.string({ unit: "binary" }),
      )
      .map(([json, at, put]) => json.slice(0, at % json.length) + put + json.slice((at % json.length) + 1)),
  },
  { weight: 1, arbitrary: deep },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
);
const bytes = fc.uint8Array({ maxLength: 400 }).map((value) => new Uint8Array(value));
const segment = fc.oneof(
  fc.constantFrom("bbox-count", "nobody", "__proto__", "..%2f"),
  fc.string({ maxLength: 40 }).map((name) => encodeURIComponent(name.toWellFormed())),
);

const cases: fc.Arbitrary<Delivery> = fc.record({
  path: fc.oneof(
    { weight: 8, arbitrary: fc.constant("/webhook") },
    { weight: 1, arbitrary: segment.map((name) => `/webhook/${name}`) },
    { weight: 2, arbitrary: projects.map((name) => `/webhook?project=${encodeURIComponent(name)}`) },
  ),
  secret: fc.oneof(
    { weight: 30, arbitrary: fc.constant("right" as const) },
    { weight: 1, arbitrary: fc.constantFrom("wrong" as const, "none" as const) },
  ),
  headers: fc.dictionary(
    fc.constantFrom(
      "content-type",
      "content-encoding",
      "accept",
      "cf-connecting-ip",
      "x-forwarded-for",
      "x-api-key",
      "range",
      "if-none-match",
      "origin",
    ),
    fc.oneof(
      fc.constantFrom("application/json", "gzip", "text/html", "br", "multipart/form-data; boundary=x", "bytes=0-1"),
      fc.stringMatching(/^[\x21-\x7e]{0,60}$/),
    ),
    { maxKeys: 3 },
  ),
  body: fc.oneof({ weight: 15, arbitrary: text }, { weight: 1, arbitrary: bytes }),
});

const EXPECTED = new Set([200, 202, 400, 401, 404, 413, 422, 429]);

export const deliveries: FuzzTarget<Delivery> = {
  name: "deliveries",
  cases,
  together: 24,
  async check({ path, secret, headers, body }, host) {
    const authorization = { right: host.webhookSecret, wrong: `${host.webhookSecret}x`, none: "" }[secret];
    const answer = await fetchAnswer(`${host.url}${path}`, {
      method: "POST",
      headers: { ...headers, authorization },
      body,
    });
    if (!EXPECTED.has(answer.status)) throw new Error(`answered ${answer.status}: ${answer.text.slice(0, 200)}`);
    // No route's path is answered before anybody asks for the secret, in text.
    if (answer.status === 404 && !answer.text.startsWith("{")) return;
    if (secret !== "right" && answer.status !== 401 && answer.status !== 429)
      throw new Error(`took a ${secret} secret: ${answer.status}`);
    JSON.parse(answer.text);
  },
};
