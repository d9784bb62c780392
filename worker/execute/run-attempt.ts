// Chooses what runs a plugin version: an isolate for code, a request for a webhook. Another kind of plugin is another
// case here, and nothing changes for whoever dispatches.
import type { RunReport } from "../../schemas/run.ts";
import type { Hide } from "./create-hide.ts";
import type { WebhookRunRequest } from "./prepare-webhook.ts";
import { redactReport } from "./redact-report.ts";
import { runPlugin, type RunDeps } from "./run-plugin.ts";
import { runWebhook, type WebhookRunDeps } from "./run-webhook.ts";

export interface AttemptDeps {
  /** Takes secrets out of what the attempt leaves behind. */
  readonly hide: Hide;
  readonly isolate: RunDeps;
  readonly webhook: WebhookRunDeps;
}

/** Runs one attempt by the kind of its plugin version. Never throws. */
export async function runAttempt(request: WebhookRunRequest, deps: AttemptDeps): Promise<RunReport> {
  const { webhook, isolate, hide } = deps;
  const report = request.plugin.kind === "webhook" ? runWebhook(request, webhook) : runPlugin(request, isolate);
  return redactReport(await report, hide);
}
