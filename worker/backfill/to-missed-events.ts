// From one of Kili's events to the events that its webhook would have sent: one by the event's name, for plugins with
// event patterns, and one for a handler where there is such a handler. Pure. Kili's events say less than its webhook:
// what is about a label brings the label as it is now.
import type { HandlerType } from "../../schemas/event.ts";
import type { IncomingEvent } from "../../schemas/inbox.ts";
import { FILLED_IN } from "../../schemas/sought-event.ts";
import { parseWebhookBody } from "../accept/parse-webhook-body.ts";
import type { KiliEvent, KiliLabel } from "./read-kili-events.ts";

/** An event the webhook may have missed. `happenedAt` is epoch milliseconds. */
export interface MissedEvent extends Omit<IncomingEvent, "onlyPlugin" | "receivedAt" | "unlessCame"> {
  readonly kiliRunId: string;
  readonly happenedAt: number;
}

/** The handlers that Kili's events stand for, as far as their names are known. */
const HANDLERS: ReadonlyMap<string, HandlerType> = new Map([
  ["labels.created.submit", "onSubmit"],
  ["labels.created.review", "onReview"],
]);

/** The label that an event is about; null for none. */
export function labelIdOf({ payload }: KiliEvent): string | null {
  return textAt(payload, "labelId") ?? textAt(payload?.["label"], "id");
}

/** The events one of Kili's stands for. `label` is null where it is about none, or Kili has it no more. */
export function toMissedEvents(event: KiliEvent, projectId: string, label: KiliLabel | null): MissedEvent[] {
  const happenedAt = Date.parse(event.createdAt);
  const bodies: object[] = [
    {
      event: event.event,
      projectId,
      userId: event.userId ?? null,
      logPayload: { runId: runIdOf(event, event.event), projectId },
      payload: label === null ? (event.payload ?? {}) : { ...event.payload, label: withContent(label) },
    },
  ];
  const handler = HANDLERS.get(event.event);
  if (handler !== undefined && label !== null) {
    const assetId = label.assetId ?? textAt(event.payload, "assetId") ?? textAt(event.payload, "asset_id");
    bodies.push({
      eventType: handler,
      logPayload: { runId: runIdOf(event, handler), projectId },
      payload: { label: withContent(label), asset_id: assetId },
    });
  }
  return bodies.flatMap((body) => {
    const parsed = parseWebhookBody(new TextEncoder().encode(JSON.stringify(body)), projectId);
    // What cannot be an event of the webhook's was none.
    return parsed.ok && parsed.value.kiliRunId !== null
      ? [{ ...parsed.value, kiliRunId: parsed.value.kiliRunId, happenedAt }]
      : [];
  });
}

/** The same each time the event is filled in, and for each of the two it may stand for another. */
function runIdOf({ id }: KiliEvent, type: string): string {
  return `${FILLED_IN}${id} ${type}`.slice(0, 256);
}

/** Kili's webhook sends the content as an object, its API as text. */
function withContent(label: KiliLabel): object {
  const { jsonResponse } = label;
  if (typeof jsonResponse !== "string") return label;
  try {
    return { ...label, jsonResponse: JSON.parse(jsonResponse) as unknown };
  } catch {
    return label;
  }
}

function textAt(value: unknown, key: string): string | null {
  const found = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : null;
  return typeof found === "string" && found !== "" ? found : null;
}
