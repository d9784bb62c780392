// What the replay buttons of an event's page do.
import { applyChange } from "./apply-change.ts";
import type { PageContext } from "./page-env.ts";
import { eventPath } from "./paths.ts";

/** Answers `POST /events/:id/replay`. */
export function replayEvent(c: PageContext): Promise<Response> {
  const eventId = c.req.param("id") ?? "";
  const document = "mutation ($where: ReplayEventWhere!) { replayEvent(where: $where) }";
  const where = { eventId, pluginName: c.var.form.text("plugin") };
  return applyChange(c, eventPath(eventId), document, { where }, "Delivered once more");
}
