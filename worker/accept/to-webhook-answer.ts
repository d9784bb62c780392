// What the sender of a webhook call is told, once it is known what became of its event. Pure.
import type { Result } from "../../schemas/result.ts";
import { toFailureAnswer, type AcceptFailure, type WebhookAnswer } from "./accept-failure.ts";
import type { Accepted } from "./take-to-inbox.ts";

export function toWebhookAnswer(result: Result<Accepted, AcceptFailure>): WebhookAnswer {
  if (!result.ok) return toFailureAnswer(result.failure);
  const { value } = result;
  switch (value.type) {
    case "accepted":
      return answer(202, { id: value.id, duplicate: false, deliveries: value.deliveries });
    case "duplicate":
      return answer(200, { id: value.id, duplicate: true });
  }
}

function answer(status: number, body: object): WebhookAnswer {
  return { status, retryAfter: null, body };
}
