// For how many days what is kept. Part of the frame: whoever deletes and whoever tells of it read it here.
import type { Env } from "./env.ts";
import { DEFAULT_KEEP_DAYS, MAX_KEEP_DAYS } from "./limits.ts";

/** Days that each kind of thing is kept for. */
export interface RetentionDays {
  /** Events, with their deliveries and runs. */
  readonly events: number;
  readonly logs: number;
  /** Dead letters that nobody has decided on, with their events. */
  readonly deadLetters: number;
  readonly audit: number;
  /** Sums by the hour, which charts of long times are made of. */
  readonly rollups: number;
  /** What deleted plugins leave, used uploads, and complaints of builds. */
  readonly deleted: number;
  /** Payloads of events that are over, in their projects' inboxes; 0 where none are kept. */
  readonly payloads: number;
}

/** The deployment's ages. What is set and is no number of days counts as not set: what is old goes all the same. */
export function retentionDays(env: Env): RetentionDays {
  const events = toDays(env.EVENTS_KEEP_DAYS, DEFAULT_KEEP_DAYS.events);
  return {
    events,
    logs: toDays(env.LOGS_KEEP_DAYS, Math.min(DEFAULT_KEEP_DAYS.logs, events)),
    // A dead letter without its event could not be decided on.
    deadLetters: Math.max(toDays(env.DEAD_LETTERS_KEEP_DAYS, DEFAULT_KEEP_DAYS.deadLetters), events),
    audit: toDays(env.AUDIT_KEEP_DAYS, DEFAULT_KEEP_DAYS.audit),
    rollups: toDays(env.ROLLUPS_KEEP_DAYS, DEFAULT_KEEP_DAYS.rollups),
    deleted: toDays(env.DELETED_KEEP_DAYS, DEFAULT_KEEP_DAYS.deleted),
    payloads: env.PAYLOAD_KEEP_DAYS?.trim() === "0" ? 0 : toDays(env.PAYLOAD_KEEP_DAYS, DEFAULT_KEEP_DAYS.payloads),
  };
}

function toDays(text: string | undefined, unset: number): number {
  const days = Number(text?.trim() || Number.NaN);
  return days > 0 && days <= MAX_KEEP_DAYS ? days : unset;
}
