// Chooses what runs a plugin version: an isolate for code, a request for a webhook. Another kind of plugin is another
// case here, and nothing changes for whoever dispatches.
import type { RunReport } from "../../schemas/run.ts";
import type { WebhookRunRequest } from "./prepare-webhook.ts";
import { runPlugin, type RunDeps } from "./run-plugin.ts";
import { runWebhook, type WebhookRunDeps } from "./run-webhook.ts";

export interface AttemptDeps {
  readonly isolate: RunDeps;
  readonly webhook: WebhookRunDeps;
}

/** Runs one attempt by the kind of its plugin version. Never throws. */
export async function runAttempt(request: WebhookRunRequest, deps: AttemptDeps): Promise<RunReport> {
  return request.plugin.kind === "webhook" ? runWebhook(request, deps.webhook) : runPlugin(request, deps.isolate);
}
