// One attempt to hand a delivery to a webhook: the request, and what the other side made of it. Does not check where
// the request goes, follow redirects or try again.
import { fail, ok, type Result } from "../../schemas/result.ts";
import { MAX_WEBHOOK_ANSWER_BYTES } from "../limits.ts";

export interface WebhookRequest {
  readonly url: URL;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly timeoutMs: number;
}

export type WebhookFailure =
  /** Answered with anything but 2xx: the beginning of its text, and its `Retry-After` as it stands. */
  | { readonly reason: "status"; readonly status: number; readonly text: string; readonly retryAfter: string | null }
  | { readonly reason: "timeout"; readonly limitMs: number }
  | { readonly reason: "unreachable"; readonly message: string };

/** The status it answered with. The time-out covers the beginning of an answer's text too. */
export async function postWebhook(
  { url, headers, body, timeoutMs }: WebhookRequest,
  fetch: (request: Request) => Promise<Response>,
): Promise<Result<{ readonly status: number }, WebhookFailure>> {
  // Not AbortSignal.timeout: its timers cannot be cleared.
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  try {
    const response = await fetch(
      new Request(url, { method: "POST", headers, body, redirect: "manual", signal: timeout.signal }),
    );
    const { status } = response;
    if (response.ok) {
      await response.body?.cancel();
      return ok({ status });
    }
    const text = await readBeginning(response.body);
    return fail({ reason: "status", status, text, retryAfter: response.headers.get("retry-after") });
  } catch (error) {
    if (timeout.signal.aborted) return fail({ reason: "timeout", limitMs: timeoutMs });
    return fail({ reason: "unreachable", message: error instanceof Error ? error.message : String(error) });
  } finally {
    clearTimeout(timer);
  }
}

async function readBeginning(body: ReadableStream<Uint8Array> | null): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let read = 0;
  for await (const chunk of body ?? []) {
    const kept = chunk.subarray(0, MAX_WEBHOOK_ANSWER_BYTES - read);
    read += kept.byteLength;
    text += decoder.decode(kept, { stream: true });
    // Leaving the loop cancels the stream.
    if (read === MAX_WEBHOOK_ANSWER_BYTES) break;
  }
  return text;
}
