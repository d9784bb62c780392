// One attempt to hand an alert to the operators' webhook, signed as deliveries to webhooks are. Where it goes is the
// deployment's own word, so no address is refused.
import { alertTarget, webhookSigningSecrets, type AlertTarget, type Env } from "../env.ts";
import { postWebhook, type WebhookFailure } from "../execute/post-webhook.ts";
import { signWebhook } from "../execute/sign-webhook.ts";
import { WEBHOOK_MS } from "../limits.ts";
import { fail, type Result } from "../../schemas/result.ts";

export interface SendAlertDeps {
  readonly target: AlertTarget;
  readonly signingSecrets: readonly string[];
  readonly fetch: (request: Request) => Promise<Response>;
  readonly now: () => number;
}

type Sent = Result<{ readonly status: number }, WebhookFailure | { readonly reason: "bad_secret" | "bad_url" }>;

/** Sends alerts to where the deployment has them sent; null when it has named no place. */
export function alertSender(env: Env, now: () => number): ((id: string, text: string) => Promise<Sent>) | null {
  const target = alertTarget(env);
  if (target === null) return null;
  return (id, text) => {
    const signingSecrets = webhookSigningSecrets(env);
    return sendAlert(id, text, { target, signingSecrets, fetch: (request) => fetch(request), now });
  };
}

/** Posts the alert; `id` is the same each time it is sent. */
export async function sendAlert(
  id: string,
  text: string,
  { target, signingSecrets, fetch, now }: SendAlertDeps,
): Promise<Sent> {
  if (!URL.canParse(target.url)) return fail({ reason: "bad_url" });
  const body = new TextEncoder().encode(text);
  const timestamp = Math.floor(now() / 1_000);
  const signature = await signWebhook({ id, timestamp, body }, signingSecrets);
  if (!signature.ok) return fail({ reason: signature.failure });
  const headers = new Headers({
    "content-type": "application/json",
    "user-agent": "kili-edge",
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
  });
  if (signature.value !== null) headers.set("webhook-signature", signature.value);
  if (target.header !== null) headers.set("authorization", target.header);
  return postWebhook({ url: new URL(target.url), headers, body, timeoutMs: WEBHOOK_MS }, fetch);
}
