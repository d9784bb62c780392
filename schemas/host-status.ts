// How a host is doing: what is left to do in its inboxes, and what its database holds. Types only.
import type { InboxStatus } from "./inbox.ts";

/** What the database says of itself. Times are epoch milliseconds. */
export interface DatabaseFacts {
  readonly bytes: number;
  readonly oldestEventAt: number | null;
  /** Those nobody has decided on. */
  readonly deadLetters: number;
  /** Plugins held back on a project. */
  readonly pausesOpen: number;
  readonly pausesQuarantined: number;
  /** Projects that an event ever came from. */
  readonly projects: number;
}

/** The standing of one project's inbox. */
export interface InboxStanding extends InboxStatus {
  readonly projectId: string;
}

export interface HostStatus {
  readonly database: DatabaseFacts;
  /** Inboxes with something to do lately, and not more than are asked at once. */
  readonly inboxes: readonly InboxStanding[];
  /** Projects whose inbox was asked and did not answer in time. */
  readonly silent: readonly string[];
}
