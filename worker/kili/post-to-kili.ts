// One HTTP request to Kili's GraphQL endpoint and its answer as text. The only code that sends Kili's API key. It does
// not read the answer and does not send twice.
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { KiliUpstream } from "../env.ts";
import { readBounded } from "./read-bounded.ts";

export interface KiliRequest {
  readonly body: string;
  /** More than those every request bears. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly limitBytes: number;
}

export interface KiliResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Without the key, should Kili or a proxy have quoted it. */
  readonly text: string;
}

export type PostFailure =
  | { readonly reason: "timeout"; readonly limitMs: number }
  | { readonly reason: "unreachable"; readonly message: string }
  | { readonly reason: "answer_too_large"; readonly limitBytes: number };

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const MAX_ERROR_CHARS = 2_000;

/** What came back, whatever its status. */
export async function postToKili(
  { endpoint, apiKey }: KiliUpstream,
  { body, headers = {}, timeoutMs, limitBytes }: KiliRequest,
  fetch: Fetch,
): Promise<Result<KiliResponse, PostFailure>> {
  try {
    const response = await fetch(endpoint, {
      method: "POST",
      headers: {
        ...headers,
        accept: "application/json",
        authorization: `X-API-Key: ${apiKey}`,
        "content-type": "application/json",
      },
      body,
      // A redirect would carry the key to wherever it points.
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await readBounded(response, { bytes: limitBytes });
    if (text === null) return fail({ reason: "answer_too_large", limitBytes });
    return ok({ status: response.status, headers: response.headers, text: hide(text, apiKey) });
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    if (name === "TimeoutError" || name === "AbortError") return fail({ reason: "timeout", limitMs: timeoutMs });
    const message = hide(error instanceof Error ? error.message : String(error), apiKey);
    return fail({ reason: "unreachable", message: message.slice(0, MAX_ERROR_CHARS) });
  }
}

// Servers and proxies like to quote the request they could not serve.
function hide(text: string, apiKey: string): string {
  return text.replaceAll(apiKey, "[redacted]");
}
