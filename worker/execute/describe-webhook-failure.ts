// Puts a delivery that a webhook did not take into words, for its run's outcome and log. Names the webhook by its host
// alone: paths and queries of webhooks are often secrets.
import type { WebhookFailure } from "./post-webhook.ts";

/** Why a delivery was not taken: what came of asking, or that what it is sent with could not be had. */
export type DeliveryFailure = WebhookFailure | { readonly reason: "header_unreadable" | "bad_signing_secret" };

/** One sentence. What it quotes of others has been through `tame`, which takes secrets out. */
export function describeWebhookFailure(host: string, failure: DeliveryFailure, tame: (text: string) => string): string {
  return `Cannot deliver to webhook ${JSON.stringify(host)}: ${found(failure, tame)}`;
}

function found(failure: DeliveryFailure, tame: (text: string) => string): string {
  switch (failure.reason) {
    case "status": {
      const redirect = failure.status >= 300 && failure.status < 400 ? ", and redirects are not followed" : "";
      const words = tame(failure.text).trim();
      return `it answered ${failure.status}, wanted 2xx${redirect}${words === "" ? "" : `. It said: ${words}`}`;
    }
    case "timeout":
      return `it has not answered within ${failure.limitMs} ms`;
    case "unreachable":
      return `it cannot be reached (${tame(failure.message)})`;
    case "header_unreadable":
      return "its header cannot be decrypted, wanted the secret it was stored under in STORE_SECRET";
    case "bad_signing_secret":
      return 'WEBHOOK_SIGNING_SECRET cannot be used, wanted "whsec_" and base64';
  }
}
