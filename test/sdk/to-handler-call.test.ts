import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HANDLER_TYPES } from "../../schemas/event.ts";
import { readRetryAdvice } from "../../plugins/sdk/retry-advice.ts";
import { toHandlerCall } from "../../plugins/sdk/to-handler-call.ts";

const jsonResponse = { JOB_0: { annotations: [] } };
const label = { id: "label-1", jsonResponse, extra: 1 };

const wrap = (eventType: string, payload: unknown) => ({
  eventType,
  logPayload: { runId: "run-1", projectId: "demo" },
  payload,
});

describe("toHandlerCall", () => {
  it.each(["onSubmit", "onReview", "onCustomInterfaceClick"] as const)("gives %s the label and its asset", (method) => {
    const argument = { label, assetId: "asset-1" };
    const { id, extra } = label;
    for (const body of [
      wrap(method, { label, asset_id: "asset-1" }),
      wrap(method, { label, assetId: "asset-1", unknown: 1 }),
      wrap(method, { label: { ...label, jsonResponse: JSON.stringify(jsonResponse) }, asset_id: "asset-1" }),
      { event: method, projectId: "demo", payload: { label, asset_id: "asset-1" } },
      { event: method, label, asset_id: "asset-1" },
    ])
      expect(toHandlerCall(method, body)).toEqual({ method, argument });
    const inLabel = wrap(method, { label: { id, extra, assetId: "asset-2" } });
    expect(toHandlerCall(method, inLabel)).toEqual({
      method,
      argument: { label: { id, extra, assetId: "asset-2" }, assetId: "asset-2" },
    });
  });

  it.each([undefined, null, ""])("leaves out a jsonResponse that is %o", (content) => {
    const call = toHandlerCall(
      "onSubmit",
      wrap("onSubmit", { label: { ...label, jsonResponse: content }, asset_id: "a" }),
    );
    expect(call.argument).toHaveProperty("label.id", "label-1");
    expect(call.argument).not.toHaveProperty("label.jsonResponse");
  });

  it.each([
    ["{not json", "is text that is not JSON"],
    ["[]", "holds no object, wanted one entry per job"],
    ["12", "holds no object, wanted one entry per job"],
    [[], "holds no object, wanted one entry per job"],
  ])("refuses the jsonResponse %o", (content, message) => {
    const body = wrap("onSubmit", { label: { ...label, jsonResponse: content }, asset_id: "a" });
    expect(() => toHandlerCall("onSubmit", body)).toThrow(
      `Cannot call onSubmit: the label's "jsonResponse" ${message}`,
    );
  });

  it("gives onProjectUpdated the settings, onSendBackToQueue the asset", () => {
    const settings = [{ key: "title", newValue: "new", oldValue: "old" }];
    for (const name of ["settings_updated", "settingsUpdated"])
      expect(toHandlerCall("onProjectUpdated", wrap("onProjectUpdated", { [name]: settings }))).toEqual({
        method: "onProjectUpdated",
        argument: { settingsUpdated: settings },
      });
    expect(toHandlerCall("onSendBackToQueue", wrap("onSendBackToQueue", { asset_id: "asset-1" }))).toEqual({
      method: "onSendBackToQueue",
      argument: { assetId: "asset-1" },
    });
  });

  it.each([
    ["onSubmit", { asset_id: "a" }, `the event's "label" has no id`],
    ["onReview", { label: {}, asset_id: "a" }, `the event's "label" has no id`],
    ["onSubmit", { label }, "the event names no asset"],
    ["onSendBackToQueue", {}, "the event names no asset"],
    ["onProjectUpdated", {}, `the event has no "settings_updated"`],
    ["onProjectUpdated", { settings_updated: [{}, null] }, '"settings_updated" holds no object at 1'],
    ["onProjectUpdated", { settingsUpdated: [["title"]] }, '"settings_updated" holds no object at 0'],
  ])("refuses %s without what it is promised: %o", (eventType, payload, message) => {
    expect(() => toHandlerCall(eventType, wrap(eventType, payload))).toThrow(`Cannot call ${eventType}: ${message}`);
    expect(() => toHandlerCall(eventType, wrap(eventType, payload))).toThrow(TypeError);
  });

  it("says of what it refuses that trying again is of no use", () => {
    const bad = [{}, { label: {}, asset_id: "a" }, { label: { id: "l", jsonResponse: "{" }, asset_id: "a" }, { label }];
    for (const payload of bad) {
      let refusal: unknown;
      try {
        toHandlerCall("onSubmit", wrap("onSubmit", payload));
      } catch (error) {
        refusal = error;
      }
      expect(readRetryAdvice(refusal as Error)).toEqual({ type: "never" });
      expect((refusal as Error).name).toBe("TypeError");
      expect((refusal as Error).stack).toMatch(/^TypeError: Cannot call onSubmit: /);
    }
  });

  it("hands every other event to onEvent: wrapped, as an envelope, and flat", () => {
    const flat = { event: "labels.created.submit", label, other: 1 };
    const envelope = { event: "asset.skipped", organizationId: "o", projectId: "demo", payload: { assetId: "a" } };
    expect(toHandlerCall(flat.event, flat)).toEqual({ method: "onEvent", argument: flat });
    expect(toHandlerCall(flat.event, wrap(flat.event, flat))).toEqual({ method: "onEvent", argument: flat });
    expect(toHandlerCall(envelope.event, envelope)).toEqual({ method: "onEvent", argument: envelope });
    expect(toHandlerCall(envelope.event, wrap(envelope.event, envelope))).toEqual({
      method: "onEvent",
      argument: envelope,
    });
  });

  it("gives onEvent the event's name where the payload lacks it, and readable labels", () => {
    const text = { ...label, jsonResponse: JSON.stringify(jsonResponse) };
    expect(toHandlerCall("labels.created.submit", wrap("labels.created.submit", { label: text }))).toEqual({
      method: "onEvent",
      argument: { event: "labels.created.submit", label },
    });
    expect(toHandlerCall("x.y", { event: "x.y", payload: { label: text } }).argument).toEqual({
      event: "x.y",
      payload: { label },
    });
  });

  it("changes nothing in the body", () => {
    const body = wrap("onSubmit", { label: { ...label, jsonResponse: JSON.stringify(jsonResponse) }, asset_id: "a" });
    const before = structuredClone(body);
    toHandlerCall("onSubmit", body);
    expect(body).toEqual(before);
  });

  it("calls a handler of that name or onEvent, or throws a TypeError, whatever the body", () => {
    const names = [...HANDLER_TYPES, "onEvent", "asset.skipped", "constructor", "__proto__", ""];
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.jsonValue(), (eventType, body) => {
        try {
          const { method } = toHandlerCall(eventType, body);
          expect(method).toBe((HANDLER_TYPES as readonly string[]).includes(eventType) ? eventType : "onEvent");
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
        }
      }),
    );
  });
});
