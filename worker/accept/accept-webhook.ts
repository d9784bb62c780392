// The door events come in by: secret, body, envelope, inbox. Answers 202 only once the event is on disk.
import { clientAddress } from "../client-address.ts";
import { drain } from "../drain.ts";
import { webhookSecrets, type Env } from "../env.ts";
import { FailedAttempts } from "../failed-attempts.ts";
import { MAX_BODY_BYTES } from "../limits.ts";
import { log } from "../log.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { AcceptAnswer } from "../../schemas/inbox.ts";
import { toFailureResponse, type AcceptFailure } from "./accept-failure.ts";
import { BodyRoom, type HeldBody } from "./body-room.ts";
import { isWebhookSender } from "./is-webhook-sender.ts";
import { parseWebhookBody } from "./parse-webhook-body.ts";
import { readBody } from "./read-body.ts";

const failures = new FailedAttempts();
const bodyRoom = new BodyRoom(Date.now);

type Accepted = Exclude<AcceptAnswer, { type: "full" | "unavailable" | "unknown_plugin" }>;

/** Handles `POST /webhook` (`onlyPlugin` null) and `POST /webhook/:plugin`. */
export async function acceptWebhook(request: Request, env: Env, onlyPlugin: string | null): Promise<Response> {
  const held = bodyRoom.open();
  const accepted = await accept(request, env, onlyPlugin, held).finally(held.close);
  if (!accepted.ok) return toFailureResponse(accepted.failure);
  const answer = accepted.value;
  switch (answer.type) {
    case "accepted":
      return Response.json({ id: answer.id, duplicate: false, deliveries: answer.deliveries }, { status: 202 });
    case "duplicate":
      return Response.json({ id: answer.id, duplicate: true }, { status: 200 });
  }
}

async function accept(
  request: Request,
  env: Env,
  onlyPlugin: string | null,
  held: HeldBody,
): Promise<Result<Accepted, AcceptFailure>> {
  const secrets = webhookSecrets(env);
  if (drain.begun) return fail({ reason: "shutting_down" });
  if (secrets.length === 0) return fail({ reason: "no_secret_configured" });
  // Compared first: who has the secret is never told to wait, whatever others do from the same address.
  if (!isWebhookSender(request.headers.get("authorization"), secrets)) {
    const client = clientAddress(request.headers, env) ?? "";
    const tooMany = await failures.count(`webhook ${client}`, env.FAILED_ATTEMPTS, Date.now());
    return fail({ reason: tooMany ? "too_many_attempts" : "wrong_secret" });
  }

  const body = await readBody(request, MAX_BODY_BYTES, held);
  if (!body.ok) return body;
  const event = parseWebhookBody(body.value, projectInUrl(request.url));
  if (!event.ok) return event;

  const inbox = env.INBOX.getByName(event.value.projectId);
  let answer: AcceptAnswer;
  try {
    answer = JSON.parse(await inbox.accept({ ...event.value, onlyPlugin, receivedAt: Date.now() })) as AcceptAnswer;
  } catch (error) {
    // The object was restarted or is overloaded: nothing was promised, and the sender is told so.
    log("error", "inbox did not answer", { project: event.value.projectId, error });
    return fail({ reason: "inbox_unavailable", message: "the project's inbox did not answer" });
  }
  if (answer.type === "unavailable") return fail({ reason: "inbox_unavailable", message: answer.reason });
  if (answer.type === "full")
    return fail(
      answer.level === "bodies" ? { reason: "bodies_under_way" } : { reason: "inbox_full", level: answer.level },
    );
  if (answer.type === "unknown_plugin") return fail({ reason: "unknown_plugin", pluginName: onlyPlugin ?? "" });
  return ok(answer);
}

/** Few URLs name a project, and taking one apart costs more than looking. */
function projectInUrl(url: string): string | null {
  return url.includes("?") ? new URL(url).searchParams.get("project") || null : null;
}
