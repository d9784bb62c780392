import * as v from "valibot";
import { describe, expect, it } from "vitest";
import type { SubmitEvent } from "kili-edge/sdk";
import labelsCreatedSubmit from "../../cli/samples/labels.created.submit.json";
import onCustomInterfaceClick from "../../cli/samples/onCustomInterfaceClick.json";
import onProjectUpdated from "../../cli/samples/onProjectUpdated.json";
import onReview from "../../cli/samples/onReview.json";
import onSendBackToQueue from "../../cli/samples/onSendBackToQueue.json";
import onSubmit from "../../cli/samples/onSubmit.json";
import PluginHandler from "../../plugins/bbox-count/main.ts";
import { toHandlerCall } from "../../plugins/sdk/to-handler-call.ts";
import { isHandlerType, WebhookBodySchema } from "../../schemas/event.ts";
import { PAYLOAD_SCHEMAS, payloadOf } from "../../schemas/payload.ts";
import { recordingContext } from "./recording-kili.ts";

describe("the sample deliveries", () => {
  it.each([onSubmit, onReview, onCustomInterfaceClick, onProjectUpdated, onSendBackToQueue, labelsCreatedSubmit])(
    "$eventType is a webhook body for project demo that calls its handler",
    (body) => {
      expect(v.is(WebhookBodySchema, body)).toBe(true);
      expect(body.logPayload).toEqual({ projectId: "demo" });
      if (isHandlerType(body.eventType))
        expect(v.safeParse(PAYLOAD_SCHEMAS[body.eventType], payloadOf(body)).issues).toBeUndefined();
      const { method } = toHandlerCall(body.eventType, body);
      expect(method).toBe(body.eventType.includes(".") ? "onEvent" : body.eventType);
    },
  );

  it("onSubmit holds two boxes too many for bbox-count", async () => {
    const { context, calls } = recordingContext({ classes: ["OBJECT_A", "OBJECT_B"], max_boxes: 1 });
    const { argument } = toHandlerCall("onSubmit", onSubmit);
    await new PluginHandler(context).onSubmit(argument as SubmitEvent);
    expect(calls.find((call) => call.operation === "createIssues")?.variables["issues"]).toMatchObject([
      { text: "There are too many boxes of OBJECT_A: 3, at most 1 accepted" },
    ]);
  });
});
