// Sends one checked operation to Kili and reads its answer. A write that may have been done is not sent again.
import * as v from "valibot";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { KiliUpstream } from "../env.ts";
import { KILI_CALL_MS, MAX_KILI_ANSWER_BYTES } from "../limits.ts";
import { postToKili, type KiliResponse, type PostFailure } from "./post-to-kili.ts";
import { retryAfterMs } from "./retry-after-ms.ts";
import { RETRYABLE, sendPatiently, type OverBudget, type Patience } from "./send-patiently.ts";

export interface SendDeps extends Patience {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

export type SendFailure =
  /** Kili answered with an error: its own words, the place in the operation it names, and its own code for it. */
  | {
      readonly reason: "kili_error";
      readonly message: string;
      readonly path: string | null;
      readonly code: string | null;
    }
  | { readonly reason: "http_status"; readonly status: number; readonly retryAfterMs: number | null }
  | { readonly reason: "not_graphql" }
  | OverBudget
  | PostFailure;

const MAX_ERROR_CHARS = 2_000;

const AnswerSchema = v.looseObject({
  data: v.nullish(v.record(v.string(), v.unknown())),
  errors: v.nullish(
    v.array(
      v.looseObject({
        message: v.fallback(v.string(), "an error without a message"),
        path: v.fallback(v.nullish(v.array(v.union([v.string(), v.number()]))), null),
        extensions: v.fallback(v.nullish(v.looseObject({ code: v.fallback(v.nullish(v.string()), null) })), null),
      }),
    ),
  ),
});

/** Kili's `data`, or why there is none. Neither ever holds the key. */
export async function sendOperation(
  upstream: KiliUpstream,
  operation: { readonly kind: "query" | "mutation"; readonly text: string },
  variables: object,
  deps: SendDeps,
): Promise<Result<Record<string, unknown>, SendFailure>> {
  const request = {
    body: JSON.stringify({ query: operation.text, variables }),
    timeoutMs: KILI_CALL_MS,
    limitBytes: MAX_KILI_ANSWER_BYTES,
  };
  const send = async () => {
    const posted = await postToKili(upstream, request, deps.fetch);
    return posted.ok ? readAnswer(posted.value) : posted;
  };
  return sendPatiently(operation.kind, send, deps);
}

function readAnswer({ status, headers, text }: KiliResponse): Result<Record<string, unknown>, SendFailure> {
  const answer = v.safeParse(v.pipe(v.string(), v.parseJson(), AnswerSchema), text);
  const [error] = answer.success ? (answer.output.errors ?? []) : [];
  // Kili's words come first, also when they come with a status of 400 or 500.
  if (error !== undefined && !RETRYABLE.has(status))
    return fail({
      reason: "kili_error",
      message: clip(error.message),
      path: error.path?.join(".") ?? null,
      code: error.extensions?.code ?? null,
    });
  if (status < 200 || status > 299) return fail({ reason: "http_status", status, retryAfterMs: retryAfterMs(headers) });
  if (!answer.success || !answer.output.data) return fail({ reason: "not_graphql" });
  return ok(answer.output.data);
}

function clip(message: string): string {
  return message.length <= MAX_ERROR_CHARS ? message : `${message.slice(0, MAX_ERROR_CHARS)}…`;
}
