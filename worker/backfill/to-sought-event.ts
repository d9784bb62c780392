// From an event that Kili tells of to what it is known by if it came by the webhook. Pure.
import type { SoughtEvent } from "../../schemas/sought-event.ts";
import { BACKFILL_EARLY_MS, BACKFILL_LATE_MS } from "../limits.ts";
import type { MissedEvent } from "./to-missed-events.ts";

/** A label is created once, whenever that is told; anything else is the same when it came soon after it happened. */
export function toSoughtEvent({ type, assetId, labelId, happenedAt }: MissedEvent): SoughtEvent {
  const about = { type, assetId, labelId };
  if (labelId !== null && isCreation(type)) return { ...about, from: 0, until: Number.MAX_SAFE_INTEGER };
  return { ...about, from: happenedAt - BACKFILL_EARLY_MS, until: happenedAt + BACKFILL_LATE_MS };
}

function isCreation(type: string): boolean {
  return type === "onSubmit" || type === "onReview" || type.startsWith("labels.created.");
}
