// Sends one checked operation to Kili and reads its answer. The only code that handles Kili's API key. Writes are sent
// once, whatever becomes of them: a write that timed out may have been done.
import * as v from "valibot";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { KiliUpstream } from "../env.ts";
import {
  KILI_CALL_MS,
  KILI_RETRY_BASE_MS,
  KILI_RETRY_MAX_MS,
  MAX_KILI_ANSWER_BYTES,
  MAX_KILI_SENDS,
} from "../limits.ts";
import { readBounded } from "./read-bounded.ts";

export interface SendDeps {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 up to but not 1. */
  readonly random: () => number;
}

export type SendFailure =
  /** Kili answered with an error: its own words, and the place in the operation it names. */
  | { readonly reason: "kili_error"; readonly message: string; readonly path: string | null }
  | { readonly reason: "http_status"; readonly status: number; readonly retryAfterMs: number | null }
  | { readonly reason: "timeout"; readonly limitMs: number }
  | { readonly reason: "unreachable"; readonly message: string }
  | { readonly reason: "not_graphql" }
  | { readonly reason: "answer_too_large"; readonly limitBytes: number };

const MAX_ERROR_CHARS = 2_000;
const RETRYABLE = new Set([429, 502, 503, 504]);

const AnswerSchema = v.looseObject({
  data: v.nullish(v.record(v.string(), v.unknown())),
  errors: v.nullish(
    v.array(
      v.looseObject({
        message: v.fallback(v.string(), "an error without a message"),
        path: v.fallback(v.nullish(v.array(v.union([v.string(), v.number()]))), null),
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
  const body = JSON.stringify({ query: operation.text, variables });
  const most = operation.kind === "query" ? MAX_KILI_SENDS : 1;
  for (let sent = 1; ; sent += 1) {
    const answer = await sendOnce(upstream, body, deps);
    if (answer.ok || sent >= most || !isPassing(answer.failure)) return answer;
    await deps.sleep(pauseMs(answer.failure, sent, deps.random()));
  }
}

async function sendOnce(
  upstream: KiliUpstream,
  body: string,
  deps: SendDeps,
): Promise<Result<Record<string, unknown>, SendFailure>> {
  try {
    const response = await deps.fetch(upstream.endpoint, {
      method: "POST",
      headers: {
        accept: "application/json",
        authorization: `X-API-Key: ${upstream.apiKey}`,
        "content-type": "application/json",
      },
      body,
      // A redirect would carry the key to wherever it points.
      redirect: "manual",
      signal: AbortSignal.timeout(KILI_CALL_MS),
    });
    const text = await readBounded(response, MAX_KILI_ANSWER_BYTES);
    if (text === null) return fail({ reason: "answer_too_large", limitBytes: MAX_KILI_ANSWER_BYTES });
    return readAnswer(response, text, upstream.apiKey);
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    if (name === "TimeoutError" || name === "AbortError") return fail({ reason: "timeout", limitMs: KILI_CALL_MS });
    const message = error instanceof Error ? error.message : String(error);
    return fail({ reason: "unreachable", message: tame(message, upstream.apiKey) });
  }
}

function readAnswer(response: Response, text: string, apiKey: string): Result<Record<string, unknown>, SendFailure> {
  const answer = v.safeParse(v.pipe(v.string(), v.parseJson(), AnswerSchema), text);
  const [error] = answer.success ? (answer.output.errors ?? []) : [];
  // Kili's words come first, also when they come with a status of 400 or 500.
  if (error !== undefined && !RETRYABLE.has(response.status))
    return fail({ reason: "kili_error", message: tame(error.message, apiKey), path: error.path?.join(".") ?? null });
  if (!response.ok)
    return fail({
      reason: "http_status",
      status: response.status,
      retryAfterMs: retryAfterMs(response.headers.get("retry-after")),
    });
  if (!answer.success || !answer.output.data) return fail({ reason: "not_graphql" });
  return ok(answer.output.data);
}

function isPassing(failure: SendFailure): boolean {
  return failure.reason === "unreachable" || (failure.reason === "http_status" && RETRYABLE.has(failure.status));
}

function pauseMs(failure: SendFailure, sent: number, random: number): number {
  const backoff = KILI_RETRY_BASE_MS * 2 ** (sent - 1) * (0.5 + random / 2);
  const asked = failure.reason === "http_status" ? (failure.retryAfterMs ?? 0) : 0;
  return Math.min(Math.max(backoff, asked), KILI_RETRY_MAX_MS);
}

// Only the form in seconds: the other names a moment, and proxies that send it do not agree with our clock.
function retryAfterMs(header: string | null): number | null {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : null;
}

// Servers and proxies like to quote the request they could not serve.
function tame(message: string, apiKey: string): string {
  const hidden = message.replaceAll(apiKey, "[redacted]");
  return hidden.length <= MAX_ERROR_CHARS ? hidden : `${hidden.slice(0, MAX_ERROR_CHARS)}…`;
}
