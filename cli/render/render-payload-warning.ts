// What somebody who sends an event is told of a payload that its handler cannot be called with. It is sent all the same:
// the webhook accepts it, and what a host makes of it may be just what is to be seen.
import * as v from "valibot";
import { isHandlerType } from "../../schemas/event.ts";
import { PAYLOAD_SCHEMAS, payloadOf } from "../../schemas/payload.ts";

/** A line, and one for each field that is at fault; null for what is well, or is an event by name. */
export function renderPayloadWarning(body: Readonly<Record<string, unknown>>): string | null {
  const type = body["eventType"] ?? body["event"];
  if (typeof type !== "string" || !isHandlerType(type)) return null;
  const payload = payloadOf(body);
  const parsed = v.safeParse(PAYLOAD_SCHEMAS[type], payload);
  if (parsed.success) return null;
  const prefix = payload === body ? "" : "payload.";
  const faults = parsed.issues.map((issue) => `  ${prefix}${v.getDotPath(issue) ?? ""}: ${issue.message}`);
  return [`Warning: no plugin's ${type} can be called with this event`, ...faults].join("\n");
}
