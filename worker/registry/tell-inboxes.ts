// Tells the inboxes that plugins concern that these have changed. Which inboxes those are is asked here.
import type { Env } from "../env.ts";
import { listProjectsOf } from "../store/list-projects-of.ts";
import { notifyInboxes } from "./notify-inboxes.ts";

/** After this resolves, the next event of every project concerned is matched against the new state. */
export async function tellInboxes(env: Env, pluginNames: readonly string[]): Promise<void> {
  const projects = await Promise.all(pluginNames.map((name) => listProjectsOf(env.DB, name)));
  await notifyInboxes(env.INBOX, [...new Set(projects.flat())]);
}
