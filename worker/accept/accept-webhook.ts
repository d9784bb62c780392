// The door events come in by: secret, body, envelope, inbox. Answers 202 only once the event is on disk.
import { clientAddress } from "../client-address.ts";
import type { Env } from "../env.ts";
import { MAX_BODY_BYTES } from "../limits.ts";
import { fail, type Result } from "../../schemas/result.ts";
import type { AcceptFailure } from "./accept-failure.ts";
import { bodyRoom, type HeldBody } from "./body-room.ts";
import { checkSender } from "./check-sender.ts";
import { parseWebhookBody } from "./parse-webhook-body.ts";
import { readBody } from "./read-body.ts";
import { takeToInbox, type Accepted } from "./take-to-inbox.ts";
import { toWebhookAnswer } from "./to-webhook-answer.ts";

/** Handles `POST /webhook` (`onlyPlugin` null) and `POST /webhook/:plugin`. */
export async function acceptWebhook(request: Request, env: Env, onlyPlugin: string | null): Promise<Response> {
  const held = bodyRoom.open();
  const result = await accept(request, env, onlyPlugin, held).finally(held.close);
  const { status, retryAfter, body } = toWebhookAnswer(result);
  return Response.json(body, { status, headers: retryAfter === null ? {} : { "retry-after": retryAfter } });
}

async function accept(
  request: Request,
  env: Env,
  onlyPlugin: string | null,
  held: HeldBody,
): Promise<Result<Accepted, AcceptFailure>> {
  const { headers } = request;
  const refused = await checkSender(headers.get("authorization"), env, () => clientAddress(headers, env));
  if (refused !== null) return fail(refused);
  const body = await readBody(request, MAX_BODY_BYTES, held);
  if (!body.ok) return body;
  const event = parseWebhookBody(body.value, projectInUrl(request.url));
  if (!event.ok) return event;
  const incoming = { ...event.value, onlyPlugin, receivedAt: Date.now() };
  const [result] = await takeToInbox(incoming.projectId, [incoming], env);
  return result ?? fail({ reason: "inbox_unavailable", message: "the project's inbox did not answer" });
}

/** Few URLs name a project, and taking one apart costs more than looking. */
function projectInUrl(url: string): string | null {
  return url.includes("?") ? new URL(url).searchParams.get("project") || null : null;
}
