// Whether a webhook call comes from someone who knows the secret.
import { equalSecrets } from "../equal-secrets.ts";

/**
 * Checks the `Authorization` header Kili was given at registration: the secret itself, or `Bearer <secret>`.
 * Every secret is compared, so that the answer's time does not tell which one matched.
 */
export function isWebhookSender(authorization: string | null, secrets: readonly string[]): boolean {
  if (authorization === null) return false;
  const given = withoutScheme(authorization);
  return secrets.map((secret) => equalSecrets(given, withoutScheme(secret))).includes(true);
}

/** Kili sends back what it was given, so that a secret may itself have been written down with its scheme. */
function withoutScheme(text: string): string {
  return text.replace(/^Bearer /i, "");
}
