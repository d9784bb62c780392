// How a call through the Kili door ended: what the guest is answered, and what the run's record says.
import type { Result } from "../../schemas/result.ts";
import type { KiliDoorAnswer } from "../../schemas/guest.ts";
import type { WriteEnd } from "../../schemas/inbox.ts";
import type { RunCall } from "../../schemas/run.ts";
import type { KiliOperation } from "../kili/check-operation.ts";
import { describeSendFailure } from "../kili/describe-send-failure.ts";
import { dryRunAnswer } from "../kili/dry-run-answer.ts";
import type { Arguments } from "../kili/resolve-arguments.ts";
import type { SendFailure } from "../kili/send-operation.ts";

export interface Answered extends Pick<RunCall, "result" | "detail"> {
  readonly answer: KiliDoorAnswer;
  /** What became of a write that is journalled. */
  readonly write?: WriteEnd | null;
}

/** What an operation is called in records and messages: its root fields, each once. */
export function targetOf(operation: KiliOperation): string {
  return [...new Set(operation.fields.map((field) => field.name.value))].join(", ") || "__typename";
}

/** Kili's answer, or why there is none. */
export function answerSent(operation: KiliOperation, sent: Result<Record<string, unknown>, SendFailure>): Answered {
  if (sent.ok) return { result: "ok", detail: null, answer: { data: sent.value } };
  const error = describeSendFailure(sent.failure, targetOf(operation), operation.kind);
  return {
    result: error.name === "UnknownOutcome" ? "unknown" : "failed",
    detail: error.message,
    answer: { error },
  };
}

/** The host's own answer, in the shape that the document asks for. */
export function answerLocally(operation: KiliOperation, variables: Arguments, newId: () => string): Answered {
  return { result: "ok", detail: null, answer: { data: dryRunAnswer(operation, variables, newId) } };
}
