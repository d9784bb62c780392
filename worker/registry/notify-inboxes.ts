// Tells inboxes that what they match against has changed, and waits until each of them knows.
import type { Env } from "../env.ts";

/** After this resolves, the next event of each of these projects is matched against the new state. */
export async function notifyInboxes(inboxes: Env["INBOX"], projectIds: readonly string[]): Promise<void> {
  await Promise.all(projectIds.map((projectId) => inboxes.getByName(projectId).registryChanged(projectId)));
}
