// Whether an event that Kili tells of had come by the webhook, or by an earlier filling in. Pure. Kili's events do not
// name the webhook's runs, so it goes by what the event is about: a label is created once; anything else counts as the
// same when it came soon after it happened.
import type { KnownEvent } from "../store/list-known-events.ts";
import { BACKFILL_EARLY_MS, BACKFILL_LATE_MS } from "../limits.ts";
import type { MissedEvent } from "./to-missed-events.ts";

/** True if one of `known`, the project's events of that time, is the same event. */
export function isKnown(event: MissedEvent, known: readonly KnownEvent[]): boolean {
  return known.some((one) => {
    if (one.kiliRunId === event.kiliRunId) return true;
    if (one.type !== event.type) return false;
    if (one.labelId !== event.labelId || one.assetId !== event.assetId) return false;
    if (event.labelId !== null && isCreation(event.type)) return true;
    const late = one.receivedAt - event.happenedAt;
    return late >= -BACKFILL_EARLY_MS && late <= BACKFILL_LATE_MS;
  });
}

function isCreation(type: string): boolean {
  return type === "onSubmit" || type === "onReview" || type.startsWith("labels.created.");
}
