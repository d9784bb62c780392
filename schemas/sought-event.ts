// What an event that Kili's list tells of is known by among those that came by the webhook: Kili's list does not name
// the webhook's runs. Times are epoch milliseconds.
import type { EventFacts } from "./event.ts";

/** How the run id of an event begins that was filled in. It names the event of Kili's list. */
export const FILLED_IN = "kili-event ";

/** What tells one event from another, of an event that came. */
export type CameEvent = Pick<EventFacts, "assetId" | "kiliRunId" | "labelId" | "receivedAt" | "type">;

/** An event of this type about these, which must have been received from `from` to `until`. */
export interface SoughtEvent extends Pick<EventFacts, "assetId" | "labelId" | "type"> {
  readonly from: number;
  readonly until: number;
}

/** Which of some events an inbox has that the history may not have yet. */
export interface CameAnswer {
  /** For each of those sought, in their order. */
  readonly came: readonly boolean[];
  /** The number of the newest event it has. */
  readonly upTo: number;
}

/** What makes an event that is filled in a duplicate: the sought one, if it came after the inbox was asked for it. */
export interface UnlessCame {
  /** What the inbox said in `upTo`. */
  readonly after: number;
  readonly sought: SoughtEvent;
}

/** Whether an event that came is the one. What was filled in stands for another of Kili's list. */
export function isSought(came: CameEvent, { type, assetId, labelId, from, until }: SoughtEvent): boolean {
  if (came.type !== type || came.assetId !== assetId || came.labelId !== labelId) return false;
  if (came.kiliRunId?.startsWith(FILLED_IN) === true) return false;
  return came.receivedAt >= from && came.receivedAt <= until;
}
