// Whether a webhook call comes from someone who knows the secret.
import { equalSecrets } from "../equal-secrets.ts";

/**
 * Checks the `Authorization` header Kili was given at registration: the secret itself, or `Bearer <secret>`.
 * Every secret is compared, so that the answer's time does not tell which one matched.
 */
export function isWebhookSender(authorization: string | null, secrets: readonly string[]): boolean {
  if (authorization === null) return false;
  const given = authorization.replace(/^Bearer /i, "");
  return secrets.map((secret) => equalSecrets(given, secret)).includes(true);
}
