// Which handler an event calls, and with what. Pure; reads the three shapes of Kili's webhook bodies.
import type { HandlerType } from "../../schemas/event.ts";
import type { RetryAdvice } from "../../schemas/run.ts";
import type { HandlerEvents, SettingUpdate } from "./handler-events.ts";
import { RETRY_ADVICE } from "./retry-advice.ts";

/** One call of a plugin's handler. */
export type HandlerCall = {
  [Method in keyof HandlerEvents]: { readonly method: Method; readonly argument: HandlerEvents[Method] };
}[keyof HandlerEvents];

type Fields = Readonly<Record<string, unknown>>;

const CALLS = {
  onSubmit: (payload) => ({ method: "onSubmit", argument: labelAndAsset("onSubmit", payload) }),
  onReview: (payload) => ({ method: "onReview", argument: labelAndAsset("onReview", payload) }),
  onCustomInterfaceClick: (payload) => ({
    method: "onCustomInterfaceClick",
    argument: labelAndAsset("onCustomInterfaceClick", payload),
  }),
  onProjectUpdated: (payload) => ({ method: "onProjectUpdated", argument: { settingsUpdated: settingsOf(payload) } }),
  onSendBackToQueue: (payload) => ({
    method: "onSendBackToQueue",
    argument: { assetId: assetIdOf("onSendBackToQueue", payload) },
  }),
} as const satisfies Record<HandlerType, (payload: Fields) => HandlerCall>;

/**
 * Turns a webhook body into a handler call. Fields that are not known stay where they are.
 *
 * @param eventType A handler type, or an event's name, which goes to `onEvent`.
 * @param body The parsed body: Kili's `{ eventType, logPayload, payload }`, or a bare `{ event, … }`.
 * @throws TypeError when the body lacks what the handler is promised, with the advice not to try again.
 */
export function toHandlerCall(eventType: string, body: unknown): HandlerCall {
  const fields = isFields(body) ? body : {};
  const payload = isFields(fields["payload"]) ? fields["payload"] : fields;
  if (Object.hasOwn(CALLS, eventType)) return CALLS[eventType as HandlerType](payload);
  // A bare envelope is an event with a payload of its own, and is handed over whole.
  const wrapped = typeof fields["eventType"] === "string";
  return { method: "onEvent", argument: eventOf(eventType, wrapped ? payload : fields) };
}

function eventOf(eventType: string, payload: Fields): HandlerEvents["onEvent"] {
  const inner = payload["payload"];
  return {
    ...withReadableLabel("onEvent", payload),
    ...(isFields(inner) && { payload: withReadableLabel("onEvent", inner) }),
    event: typeof payload["event"] === "string" ? payload["event"] : eventType,
  };
}

function labelAndAsset(method: string, payload: Fields): HandlerEvents["onSubmit"] {
  const { label } = withReadableLabel(method, payload);
  if (!isFields(label) || typeof label["id"] !== "string")
    throw new BadPayload(`Cannot call ${method}: the event's "label" has no id, wanted an object with one`);
  return { label: { ...label, id: label["id"] }, assetId: assetIdOf(method, payload) };
}

function assetIdOf(method: string, payload: Fields): string {
  const label = isFields(payload["label"]) ? payload["label"] : {};
  const assetId = payload["asset_id"] ?? payload["assetId"] ?? label["assetId"];
  if (typeof assetId === "string" && assetId !== "") return assetId;
  throw new BadPayload(`Cannot call ${method}: the event names no asset, wanted "asset_id" or "assetId"`);
}

function settingsOf(payload: Fields): readonly SettingUpdate[] {
  const settings = payload["settings_updated"] ?? payload["settingsUpdated"];
  if (!Array.isArray(settings))
    throw new BadPayload('Cannot call onProjectUpdated: the event has no "settings_updated", wanted a list');
  for (let index = 0; index < settings.length; index += 1)
    if (!isFields(settings[index]))
      throw new BadPayload(
        `Cannot call onProjectUpdated: "settings_updated" holds no object at ${index}, wanted one per setting`,
      );
  return settings as SettingUpdate[];
}

/** A label's content is promised as an object or nothing, but Kili has also sent it as text and as null. */
function withReadableLabel(method: string, payload: Fields): Fields {
  const { label } = payload;
  if (!isFields(label) || !("jsonResponse" in label)) return payload;
  const { jsonResponse, ...rest } = label;
  const content = typeof jsonResponse === "string" ? parseJson(method, jsonResponse) : jsonResponse;
  if (content === null || content === undefined) return { ...payload, label: rest };
  if (!isFields(content))
    throw new BadPayload(`Cannot call ${method}: the label's "jsonResponse" holds no object, wanted one entry per job`);
  return { ...payload, label: { ...rest, jsonResponse: content } };
}

function parseJson(method: string, text: string): unknown {
  if (text.trim() === "") return null;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BadPayload(`Cannot call ${method}: the label's "jsonResponse" is text that is not JSON`, { cause });
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every attempt is at the same event, so the first says what a plugin would say with `GiveUp`. */
class BadPayload extends TypeError {
  readonly [RETRY_ADVICE]: RetryAdvice = { type: "never" };
}
