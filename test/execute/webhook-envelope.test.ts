import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonMembers } from "../../worker/execute/json-members.ts";
import { toWebhookEnvelope } from "../../worker/execute/to-webhook-envelope.ts";

const FACTS = { eventType: "onSubmit", kiliRunId: "run-1", projectId: 'p"1' };
const LOG_PAYLOAD = { runId: "run-1", projectId: 'p"1' };
const encoder = new TextEncoder();

const envelope = (body: string) => new TextDecoder().decode(toWebhookEnvelope(body, FACTS));

describe("toWebhookEnvelope", () => {
  it.each([
    ["Kili's envelope", `{"eventType":"onSubmit","logPayload":{"runId":"r","projectId":"p"},"payload":{"a":1}}`],
    [
      "in another order, spaced",
      `{ "payload" : [ "}" ],\n"x": {"y": null},\t"logPayload": {} , "eventType" : "e.f"\r\n}\n`,
    ],
    ["names with escapes", `{"eventT\\u0079pe":"a","logPayload":{},"payload":null}`],
    ["numbers no number of ours holds", `{"eventType":"a","logPayload":{},"payload":1.0000000000000000001e999}`],
  ])("leaves %s byte for byte", (_, body) => {
    expect(envelope(body)).toBe(body);
    const bytes = encoder.encode(body);
    expect(toWebhookEnvelope(bytes, FACTS)).toBe(bytes);
  });

  it.each<[string, Record<string, unknown>]>([
    ["missing", {}],
    ["null", { logPayload: null }],
  ])("adds a logPayload that is %s, and keeps the rest", (_, logPayload) => {
    const body = { eventType: "onReview", ...logPayload, payload: { label: "}" }, unknown: [1] };
    expect(JSON.parse(envelope(JSON.stringify(body)))).toEqual({ ...body, logPayload: LOG_PAYLOAD });
  });

  it.each<[string, Record<string, unknown>]>([
    ["a bare event with a payload", { event: "asset.skipped", projectId: "p", payload: { a: 1 } }],
    ["a flat event", { event: "labels.created.submit", label: { id: "l" } }],
    ["a handler's payload without an envelope", { eventType: "onSubmit", logPayload: {}, label: { id: "l" } }],
    ["eventType in a deeper place", { event: "a.b", payload: { eventType: "x", logPayload: {}, payload: {} } }],
    ["eventType null", { eventType: null, event: "a.b", logPayload: {}, payload: {} }],
  ])("puts %s into an envelope", (_, body) => {
    const text = ` ${JSON.stringify(body)}`;
    expect(envelope(text)).toContain(text);
    expect(JSON.parse(envelope(text))).toEqual({ eventType: "onSubmit", logPayload: LOG_PAYLOAD, payload: body });
  });

  it("gives an envelope with all that was in any body", () => {
    const parts = fc.record(
      {
        eventType: fc.string({ minLength: 1 }),
        logPayload: fc.dictionary(fc.string(), fc.jsonValue()),
        payload: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const bodies = fc.tuple(parts, fc.dictionary(fc.stringMatching(/^[^elp]/), fc.jsonValue()));
    fc.assert(
      fc.property(bodies, fc.nat(3), ([known, unknown], indent) => {
        const body = JSON.stringify({ ...unknown, ...known }, null, indent);
        const sent = JSON.parse(envelope(body)) as Record<string, unknown>;
        const plain = JSON.parse(body) as Record<string, unknown>;
        const wrapped = "eventType" in plain && "payload" in plain;
        expect(sent).toEqual(
          wrapped
            ? { logPayload: LOG_PAYLOAD, ...plain }
            : { eventType: "onSubmit", logPayload: LOG_PAYLOAD, payload: plain },
        );
      }),
    );
  });
});

describe("jsonMembers", () => {
  it("finds the names that JSON.parse finds, in their order", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue()), fc.nat(3), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const parsed = JSON.parse(text) as Record<string, unknown>;
        // Object.keys puts names that look like numbers first.
        const found = [...jsonMembers(encoder.encode(text))].map(({ name }) => name);
        expect(found.toSorted()).toEqual(Object.keys(parsed).toSorted());
      }),
    );
  });
});
