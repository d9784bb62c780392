// Forwards one operation to Kili as it came, and brings back Kili's answer as it is, but for two things: every error
// has `extensions`, without which Kili's SDK fails, and the key is in none of it. Who may forward what is not decided
// here. A write that may have been done is not sent again.
import * as v from "valibot";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { KiliUpstream } from "../env.ts";
import { FORWARD_MS, MAX_KILI_ANSWER_BYTES } from "../limits.ts";
import { postToKili, type KiliResponse } from "./post-to-kili.ts";
import { retryAfterMs } from "./retry-after-ms.ts";
import type { SendDeps, SendFailure } from "./send-operation.ts";
import { RETRYABLE, sendPatiently } from "./send-patiently.ts";

export interface ForwardedOperation {
  readonly kind: "query" | "mutation";
  readonly body: {
    readonly query: string;
    readonly variables?: unknown;
    readonly operationName?: string;
  };
  readonly headers: Readonly<Record<string, string>>;
}

export interface ForwardDeps extends SendDeps {
  readonly now: () => number;
}

const MAX_ERRORS = 100;

const ErrorSchema = v.looseObject({
  message: v.fallback(v.string(), "an error without a message"),
  extensions: v.fallback(v.looseObject({}), {}),
});
const AnswerSchema = v.looseObject({ data: v.optional(v.unknown()), errors: v.nullish(v.array(ErrorSchema)) });

/** Kili's answer as JSON text. */
export async function forwardOperation(
  upstream: KiliUpstream,
  { kind, body, headers }: ForwardedOperation,
  { fetch, now, ...patience }: ForwardDeps,
): Promise<Result<string, SendFailure>> {
  const text = JSON.stringify(body);
  const until = now() + FORWARD_MS;
  // A failure in passing may come with words; they are better than its status when it does not pass.
  const words: string[] = [];
  const send = async (): Promise<Result<string, SendFailure>> => {
    const timeoutMs = Math.max(1, until - now());
    const posted = await postToKili(
      upstream,
      { body: text, headers, timeoutMs, limitBytes: MAX_KILI_ANSWER_BYTES },
      fetch,
    );
    if (!posted.ok) return posted;
    const answer = readAnswer(posted.value);
    if (!answer.ok || !RETRYABLE.has(posted.value.status)) return answer;
    words.push(answer.value);
    return failedWith(posted.value);
  };
  const answer = await sendPatiently(kind, send, patience);
  const lastWords = words.at(-1);
  return !answer.ok && answer.failure.reason === "http_status" && lastWords !== undefined ? ok(lastWords) : answer;
}

function readAnswer(response: KiliResponse): Result<string, SendFailure> {
  // Most answers, and the largest: read as an object, a page of labels takes several times the memory of its text.
  if (isOk(response) && isPlainData(response.text)) return ok(response.text);
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), AnswerSchema), response.text);
  const errors = parsed.success ? (parsed.output.errors ?? []) : [];
  if (parsed.success && errors.length > 0) {
    const shaped = errors.slice(0, MAX_ERRORS).map((error) => ({
      ...error,
      extensions: { code: "KILI_ERROR", ...error.extensions },
    }));
    return ok(JSON.stringify({ ...parsed.output, errors: shaped }));
  }
  if (!isOk(response)) return failedWith(response);
  if (!parsed.success || parsed.output.data === undefined) return fail({ reason: "not_graphql" });
  return ok(response.text);
}

function isOk({ status }: KiliResponse): boolean {
  return status >= 200 && status <= 299;
}

/** True for an object that starts with its data and holds no member `errors`, at any depth. */
function isPlainData(text: string): boolean {
  return /^\s*\{\s*"data"\s*:\s*\{/.test(text) && text.trimEnd().endsWith("}}") && !text.includes('"errors"');
}

function failedWith({ status, headers }: KiliResponse): Result<string, SendFailure> {
  return fail({ reason: "http_status", status, retryAfterMs: retryAfterMs(headers) });
}
