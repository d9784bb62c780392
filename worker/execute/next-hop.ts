// What a redirect turns a request into, by the rules of the Fetch standard. Does not ask whether the new place is
// allowed: the gate checks each hop.
import { fail, ok, type Result } from "../../schemas/result.ts";

/** One request on its way. A stream can be sent once, bytes again. */
export interface Hop {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer> | ReadableStream | null;
}

export type HopFailure =
  | { readonly reason: "bad_location" }
  /** A 307 or 308 wants a body sent again that is gone. */
  | { readonly reason: "body_is_gone" };

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** The request to make next; null if the response is no redirect. */
export function nextHop(hop: Hop, response: Response): Result<Hop | null, HopFailure> {
  const location = response.headers.get("location");
  if (!REDIRECTS.has(response.status) || location === null) return ok(null);
  if (!URL.canParse(location, hop.url)) return fail({ reason: "bad_location" });
  const url = new URL(location, hop.url);
  const headers = new Headers(hop.headers);
  if (url.origin !== new URL(hop.url).origin) for (const name of ["authorization", "cookie"]) headers.delete(name);

  if (becomesGet(response.status, hop.method)) {
    const describing = ["content-encoding", "content-language", "content-location", "content-type"];
    for (const name of describing) headers.delete(name);
    return ok({ url: url.href, method: "GET", headers, body: null });
  }
  if (hop.body instanceof ReadableStream) return fail({ reason: "body_is_gone" });
  return ok({ url: url.href, method: hop.method, headers, body: hop.body });
}

function becomesGet(status: number, method: string): boolean {
  if (status === 303) return method !== "GET" && method !== "HEAD";
  return (status === 301 || status === 302) && method === "POST";
}
