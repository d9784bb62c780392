// Whether a call of the webhook may be looked at, before anything of it is read.
import { drain } from "../drain.ts";
import { webhookSecrets, type Env } from "../env.ts";
import { FailedAttempts } from "../failed-attempts.ts";
import type { AcceptFailure } from "./accept-failure.ts";
import { isWebhookSender } from "./is-webhook-sender.ts";

const failures = new FailedAttempts();

/** Null for whoever has the secret; `findClient` gives the address of whoever has not. */
export async function checkSender(
  authorization: string | null,
  env: Env,
  findClient: () => string | null,
): Promise<AcceptFailure | null> {
  const secrets = webhookSecrets(env);
  if (drain.begun) return { reason: "shutting_down" };
  if (secrets.length === 0) return { reason: "no_secret_configured" };
  // Compared first: who has the secret is never told to wait, whatever others do from the same address.
  if (isWebhookSender(authorization, secrets)) return null;
  const tooMany = await failures.count(`webhook ${findClient() ?? ""}`, env.FAILED_ATTEMPTS, Date.now());
  return { reason: tooMany ? "too_many_attempts" : "wrong_secret" };
}
