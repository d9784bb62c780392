// Calls of the webhook that the process in front of a host hands over together: each is checked and answered as if it
// had come by itself, and those of a project share one call to its inbox.
import { addressOf } from "../client-address.ts";
import type { Env } from "../env.ts";
import { MAX_BATCH_BYTES, MAX_CALL_EVENTS } from "../limits.ts";
import { readBatch, type BatchedAnswer } from "../../schemas/webhook-batch.ts";
import type { IncomingEvent } from "../../schemas/inbox.ts";
import { fail, type Result } from "../../schemas/result.ts";
import type { AcceptFailure } from "./accept-failure.ts";
import { bodyRoom, type HeldBody } from "./body-room.ts";
import { checkSender } from "./check-sender.ts";
import { parseWebhookBody } from "./parse-webhook-body.ts";
import { readBody } from "./read-body.ts";
import { takeToInbox, type Accepted } from "./take-to-inbox.ts";
import { toWebhookAnswer } from "./to-webhook-answer.ts";

/** The result of a call, by its place in the batch. */
type Answered = readonly [number, Result<Accepted, AcceptFailure>];

/** Answers with a line for each call, as soon as it is known what became of it. */
export async function acceptBatch(request: Request, env: Env): Promise<Response> {
  const held = bodyRoom.open();
  const parts = await accept(request, env, held);
  const [only] = parts;
  // Most batches are of one project, and a stream costs as much as many events.
  if (parts.length === 1 && only !== undefined) return new Response(toLines(await only.finally(held.close)));
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  const written = parts.map(async (part) => writer.write(encoder.encode(toLines(await part))));
  void Promise.all(written)
    .then(() => writer.close())
    .catch((error: unknown) => writer.abort(error))
    .finally(held.close);
  return new Response(readable);
}

/** What becomes of the calls, in parts that are not waited for together. */
async function accept(request: Request, env: Env, held: HeldBody): Promise<Promise<readonly Answered[]>[]> {
  const body = await readBody(request, MAX_BATCH_BYTES, held);
  if (!body.ok) throw new Error(`Cannot read a batch: ${body.failure.reason}`);
  const refused: Answered[] = [];
  const projects = new Map<string, (readonly [number, IncomingEvent])[]>();
  const receivedAt = Date.now();
  for (const [place, { call, body: bytes }] of readBatch(body.value).entries()) {
    const failure = await checkSender(call.authorization, env, () => addressOf(call.client));
    const event = failure === null ? parseWebhookBody(bytes, call.project) : fail(failure);
    if (!event.ok) {
      refused.push([place, event]);
      continue;
    }
    const { projectId } = event.value;
    const events = projects.get(projectId) ?? [];
    events.push([place, { ...event.value, onlyPlugin: call.plugin, receivedAt }]);
    projects.set(projectId, events);
  }
  const taken = [...projects].flatMap(([projectId, events]) =>
    inCalls(events).map((some) => take(projectId, some, env)),
  );
  return refused.length > 0 ? [Promise.resolve(refused), ...taken] : taken;
}

async function take(
  projectId: string,
  events: readonly (readonly [number, IncomingEvent])[],
  env: Env,
): Promise<readonly Answered[]> {
  const results = await takeToInbox(
    projectId,
    events.map(([, event]) => event),
    env,
  );
  return results.map((result, index) => [events[index]?.[0] ?? -1, result]);
}

function inCalls<Item>(items: readonly Item[]): (readonly Item[])[] {
  if (items.length <= MAX_CALL_EVENTS) return [items];
  return [items.slice(0, MAX_CALL_EVENTS), ...inCalls(items.slice(MAX_CALL_EVENTS))];
}

function toLines(answered: readonly Answered[]): string {
  return answered
    .map(([call, result]) => {
      const { status, retryAfter, body } = toWebhookAnswer(result);
      return `${JSON.stringify({ call, status, retryAfter, body: JSON.stringify(body) } satisfies BatchedAnswer)}\n`;
    })
    .join("");
}
