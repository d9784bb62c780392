// Puts the request together that one attempt of a delivery sends to its webhook. Does not send it.
import { fail, ok, type Result } from "../../schemas/result.ts";
import { decryptWebhookHeader } from "../store/decrypt-webhook-header.ts";
import type { WebhookRow } from "../store/find-webhook.ts";
import type { UrlFailure } from "./check-url.ts";
import { checkWebhookUrl } from "./check-webhook-url.ts";
import { effectiveLimits } from "./effective-limits.ts";
import type { WebhookRequest } from "./post-webhook.ts";
import type { RunRequest } from "./run-plugin.ts";
import { signWebhook } from "./sign-webhook.ts";
import { toWebhookEnvelope } from "./to-webhook-envelope.ts";

export interface WebhookRunRequest extends RunRequest {
  /** Kili's id of the event, or the host's where Kili gave none. */
  readonly kiliRunId: string;
  /** The run may change nothing outside: a webhook, which nobody can keep from that, is not called. */
  readonly shadow: boolean;
}

/** What of the deployment a delivery to a webhook takes. */
export interface WebhookSettings {
  readonly storeSecrets: readonly string[];
  readonly signingSecrets: readonly string[];
  /** Private "host:port" pairs that may be reached. */
  readonly allowPrivate: readonly string[];
}

export type PrepareFailure =
  | { readonly reason: "refused_url"; readonly failure: UrlFailure }
  /** `host` is the webhook's. */
  | { readonly reason: "header_unreadable" | "bad_signing_secret"; readonly host: string };

export interface PreparedWebhook {
  readonly request: WebhookRequest;
  /** The secret in the request's headers, to keep out of words about it. */
  readonly secret: string | null;
}

/** The request, signed and with its header. `now` is epoch milliseconds. */
export async function prepareWebhook(
  run: WebhookRunRequest,
  webhook: WebhookRow,
  settings: WebhookSettings,
  now: number,
): Promise<Result<PreparedWebhook, PrepareFailure>> {
  // Looked at for each attempt: what the deployment lets through may have changed since it was registered.
  const checked = checkWebhookUrl(webhook.url, settings.allowPrivate);
  if (!checked.ok) return fail({ reason: "refused_url", failure: checked.failure });
  const url = checked.value;

  const secret =
    webhook.header === null
      ? null
      : await decryptWebhookHeader(webhook.header, webhook.versionId, settings.storeSecrets);
  if (webhook.header !== null && secret === null) return fail({ reason: "header_unreadable", host: url.host });

  const body = toWebhookEnvelope(run.body, run);
  const timestamp = Math.floor(now / 1_000);
  const signature = await signWebhook({ id: run.deliveryId, timestamp, body }, settings.signingSecrets);
  if (!signature.ok) return fail({ reason: "bad_signing_secret", host: url.host });

  const headers = new Headers({
    "content-type": "application/json",
    "user-agent": "kili-edge",
    // The same for every attempt: what the receiver knows a repetition by.
    "webhook-id": run.deliveryId,
    "webhook-timestamp": String(timestamp),
  });
  if (signature.value !== null) headers.set("webhook-signature", signature.value);
  if (secret !== null) headers.set("authorization", secret);
  const { timeoutMs } = effectiveLimits(run.plugin.manifest.limits);
  return ok({ request: { url, headers, body, timeoutMs }, secret });
}
