// The payloads' contract and what an isolate makes of them are written twice, since schemas stay out of isolates. Here
// they are held together.
import * as fc from "fast-check";
import * as v from "valibot";
import { describe, expect, expectTypeOf, it } from "vitest";
import { toHandlerCall } from "../../plugins/sdk/to-handler-call.ts";
import { HANDLER_TYPES } from "../../schemas/event.ts";
import { PAYLOAD_SCHEMAS, payloadOf, type HandlerPayload } from "../../schemas/payload.ts";

const odd = fc.oneof(
  fc.constantFrom(
    null,
    undefined,
    true,
    0,
    "",
    " ",
    "id",
    "{",
    "null",
    "[]",
    "12",
    '{"JOB_0":{}}',
    [],
    {},
    [{}],
    [null],
  ),
  fc.jsonValue({ maxDepth: 2 }),
);
const id = fc.oneof({ weight: 4, arbitrary: fc.constant("an-id") }, { weight: 1, arbitrary: odd });
const some = <Value>(fields: Record<string, fc.Arbitrary<Value>>): fc.Arbitrary<object> =>
  fc.record(fields, { requiredKeys: [], noNullPrototype: false });
const label = fc.oneof(
  { weight: 6, arbitrary: some({ id, jsonResponse: odd, assetId: id, labelType: odd }) },
  { weight: 1, arbitrary: odd },
);
const settings = fc.oneof(odd, fc.array(fc.oneof(some({ key: odd, newValue: odd }), odd), { maxLength: 3 }));
const payload = fc.oneof(
  {
    weight: 12,
    arbitrary: some<unknown>({
      label,
      asset_id: id,
      assetId: id,
      settings_updated: settings,
      settingsUpdated: settings,
      more: odd,
    }),
  },
  { weight: 1, arbitrary: odd },
);
const type = fc.constantFrom(...HANDLER_TYPES);
const body = fc.oneof(
  fc.tuple(type, payload).map(([eventType, payload]) => ({ eventType, logPayload: { runId: "r" }, payload })),
  fc.tuple(type, payload).map(([event, payload]) => ({ event, projectId: "demo", payload })),
  fc.tuple(type, payload).map(([event, payload]) => ({ ...(payload as object), event })),
);

describe("PAYLOAD_SCHEMAS", () => {
  it("take exactly the payloads that a handler can be called with, wherever a body has them", () => {
    let taken = 0;
    let refused = 0;
    fc.assert(
      fc.property(type, body, (eventType, body) => {
        let called = true;
        try {
          toHandlerCall(eventType, body);
        } catch {
          called = false;
        }
        if (called) taken += 1;
        else refused += 1;
        expect(v.is(PAYLOAD_SCHEMAS[eventType], payloadOf(body))).toBe(called);
      }),
      { numRuns: 4_000 },
    );
    // Else it would say little.
    expect(Math.min(taken, refused)).toBeGreaterThan(200);
  });

  it("keep what they do not name, and either spelling", () => {
    const given = {
      label: { id: "l", jsonResponse: "{}", isLatestLabelForUser: true },
      assetId: "a",
      projectId: "p",
    };
    expect(v.parse(PAYLOAD_SCHEMAS.onSubmit, given)).toEqual(given);
    const changed = { settingsUpdated: [{ key: "title", newValue: "n", oldValue: null, by: "u" }], more: [1] };
    expect(v.parse(PAYLOAD_SCHEMAS.onProjectUpdated, changed)).toEqual(changed);
  });

  it("say to TypeScript what a payload holds", () => {
    expectTypeOf<HandlerPayload<"onReview">["label"]["id"]>().toEqualTypeOf<string>();
    expectTypeOf<HandlerPayload<"onReview">["label"]["search"]>().toBeUnknown();
    expectTypeOf<HandlerPayload<"onSendBackToQueue">["organizationId"]>().toBeUnknown();
  });

  it.each([
    ["onSubmit", { asset_id: "a" }, "label"],
    ["onSubmit", { label: [], asset_id: "a" }, "label"],
    ["onReview", { label: {}, asset_id: "a" }, "label.id"],
    ["onCustomInterfaceClick", { label: { id: 1 }, asset_id: "a" }, "label.id"],
    ["onSubmit", { label: { id: "l", jsonResponse: "{" }, asset_id: "a" }, "label.jsonResponse"],
    ["onSubmit", { label: { id: "l" } }, "asset_id"],
    ["onSendBackToQueue", { assetId: "" }, "asset_id"],
    ["onProjectUpdated", {}, "settings_updated"],
    ["onProjectUpdated", { settings_updated: [{}, "title"] }, "settings_updated.1"],
    ["onProjectUpdated", { settingsUpdated: [null] }, "settings_updated"],
  ] as const)("name the field of %s that is at fault in %j", (eventType, payload, path) => {
    const { issues } = v.safeParse(PAYLOAD_SCHEMAS[eventType], payload);
    expect(issues?.map((issue) => v.getDotPath(issue))).toEqual([path]);
  });
});
