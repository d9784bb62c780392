// Calls of the webhook that the process in front of a host hands over together: each is checked and answered as if it
// had come by itself, and those of a project share one call to its inbox.
import { addressOf } from "../client-address.ts";
import type { Env } from "../env.ts";
import { MAX_BATCH_BYTES, MAX_CALL_EVENTS } from "../limits.ts";
import { readBatch, type BatchedAnswer, type BatchedCall } from "../../schemas/webhook-batch.ts";
import type { IncomingEvent } from "../../schemas/inbox.ts";
import { fail, type Result } from "../../schemas/result.ts";
import type { AcceptFailure } from "./accept-failure.ts";
import { bodyRoom, type HeldBody } from "./body-room.ts";
import { checkSender } from "./check-sender.ts";
import { parseWebhookBody, type ParsedEvent } from "./parse-webhook-body.ts";
import { takeToInbox, type Accepted } from "./take-to-inbox.ts";
import { toWebhookAnswer } from "./to-webhook-answer.ts";

/** The result of a call, by its place in the batch. */
type Answered = readonly [number, Result<Accepted, AcceptFailure>];

/** An event with the place of its call, and the room that its body takes. */
interface Placed {
  readonly place: number;
  readonly event: IncomingEvent;
  readonly held: HeldBody;
}

/** Answers with a line for each call, as soon as it is known what became of it. */
export async function acceptBatch(request: Request, env: Env): Promise<Response> {
  const parts = await accept(await readBytes(request), env);
  const [only] = parts;
  // Most batches are of one project, and a stream costs as much as many events.
  if (parts.length === 1 && only !== undefined) return new Response(toLines(await only));
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  const written = parts.map(async (part) => writer.write(encoder.encode(toLines(await part))));
  void Promise.all(written)
    .then(() => writer.close())
    .catch((error: unknown) => writer.abort(error));
  return new Response(readable);
}

async function readBytes(request: Request): Promise<Uint8Array> {
  const bytes = Number(request.headers.get("content-length") ?? Number.NaN);
  if (!(bytes <= MAX_BATCH_BYTES)) throw new RangeError(`found a batch of ${bytes} bytes, wanted ${MAX_BATCH_BYTES}`);
  return new Uint8Array(await request.arrayBuffer());
}

/** What becomes of the calls, in parts that are not waited for together. */
async function accept(batch: Uint8Array, env: Env): Promise<Promise<readonly Answered[]>[]> {
  const refused: Answered[] = [];
  const projects = new Map<string, Placed[]>();
  const receivedAt = Date.now();
  for (const [place, { call, body }] of readBatch(batch).entries()) {
    const held = bodyRoom.open();
    const parsed = await check(call, body, env, held);
    if (!parsed.ok) {
      held.close();
      refused.push([place, parsed]);
      continue;
    }
    const { projectId } = parsed.value;
    const placed = projects.get(projectId) ?? [];
    placed.push({ place, held, event: { ...parsed.value, onlyPlugin: call.plugin, receivedAt } });
    projects.set(projectId, placed);
  }
  const taken = [...projects].flatMap(([projectId, placed]) =>
    inCalls(placed).map((some) => take(projectId, some, env)),
  );
  return refused.length > 0 ? [Promise.resolve(refused), ...taken] : taken;
}

/** As for a call that comes by itself: its body takes its own room, which small ones have before large ones. */
async function check(
  call: BatchedCall,
  body: Uint8Array,
  env: Env,
  held: HeldBody,
): Promise<Result<ParsedEvent, AcceptFailure>> {
  const refused = await checkSender(call.authorization, env, () => addressOf(call.client));
  if (refused !== null) return fail(refused);
  if (!held.grow(body.byteLength)) return fail({ reason: "bodies_under_way" });
  return parseWebhookBody(body, call.project);
}

async function take(projectId: string, placed: readonly Placed[], env: Env): Promise<readonly Answered[]> {
  const events = placed.map(({ event }) => event);
  const results = await takeToInbox(projectId, events, env);
  for (const { held } of placed) held.close();
  return results.map((result, index) => [placed[index]?.place ?? -1, result]);
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
