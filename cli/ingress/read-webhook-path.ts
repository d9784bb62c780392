// What the path of a webhook call says. Whatever is written in an unusual way is not read here but passed on.
import type { BatchedCall } from "../../schemas/webhook-batch.ts";

export type WebhookPath = Pick<BatchedCall, "plugin" | "project">;

const PATH = /^\/webhook(?:\/([\w-][\w.-]*))?(?:\?([^#]*))?$/;

/** Of a request's target; null where it is none of the webhook's. */
export function readWebhookPath(target: string): WebhookPath | null {
  const found = PATH.exec(target);
  if (found === null) return null;
  const [, plugin = null, query] = found;
  const project = query === undefined ? null : new URLSearchParams(query).get("project") || null;
  return { plugin, project };
}
