// An event that was accepted and that the history does not have yet: its inbox has. Its payload is not for this.
import type { EventPlace } from "../../schemas/inbox.ts";
import { BUSY_PROJECT_MS, MAX_UNDER_WAY_INBOXES } from "../limits.ts";
import { listBusyProjects } from "../store/list-busy-projects.ts";
import { askInboxes } from "./ask-inboxes.ts";
import type { PageContext } from "./page-env.ts";

export interface AcceptedEvent {
  readonly id: string;
  readonly projectId: string;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  readonly place: EventPlace;
}

/** As `createId` makes them: what begins otherwise no inbox has. */
const EVENT_ID = /^ev_([0-9a-z]{9})[0-9a-f]{32}$/;

/** Asks the inboxes that had something to do lately; null when none of them knows of the event. */
export async function findAcceptedEvent(c: PageContext, id: string): Promise<AcceptedEvent | null> {
  const { now } = c.var;
  const receivedAt = Number.parseInt(EVENT_ID.exec(id)?.[1] ?? "", 36);
  // What is older is in the history, or nowhere any more.
  if (!(now - receivedAt < BUSY_PROJECT_MS)) return null;
  const projects = await listBusyProjects(c.env.DB, now - BUSY_PROJECT_MS, MAX_UNDER_WAY_INBOXES);
  const found = await askInboxes(c, projects, (inbox) => inbox.findEvent(id));
  for (const [projectId, place] of found) if (place !== null) return { id, projectId, receivedAt, place };
  return null;
}
