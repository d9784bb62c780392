// Whether an event that Kili tells of had come by the webhook, or by an earlier filling in. Pure.
import { isSought, type CameEvent } from "../../schemas/sought-event.ts";
import type { MissedEvent } from "./to-missed-events.ts";
import { toSoughtEvent } from "./to-sought-event.ts";

/** True if one of `known`, the project's events of that time, is the same event. */
export function isKnown(event: MissedEvent, known: readonly CameEvent[]): boolean {
  const sought = toSoughtEvent(event);
  return known.some((one) => one.kiliRunId === event.kiliRunId || isSought(one, sought));
}
