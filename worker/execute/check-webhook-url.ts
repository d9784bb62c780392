// Decides whether a webhook may have a URL: by the network door's rules, without a manifest that lists hosts.
import { fail, type Result } from "../../schemas/result.ts";
import { checkUrl, type UrlFailure } from "./check-url.ts";
import { hostAndPort } from "./host-and-port.ts";

/** The URL, parsed, if deliveries may go there. `allowPrivate` are "host:port" pairs that the deployment lets through. */
export function checkWebhookUrl(text: string, allowPrivate: readonly string[]): Result<URL, UrlFailure> {
  if (!URL.canParse(text)) return fail({ reason: "not_a_url" });
  // A webhook's URL is its own rule: whoever registered it asked for exactly this host.
  return checkUrl(text, { hosts: [hostAndPort(new URL(text))], allowPrivate });
}
