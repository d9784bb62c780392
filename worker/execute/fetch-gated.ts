// The outbound gate: one fetch of a plugin, each hop of it counted, checked and recorded. It follows redirects itself,
// since the runtime would follow them past the check. Bodies stream through; expected failures are responses that the
// harness throws (refusal-response.ts).
import { MAX_REDIRECTS, MAX_REPLAY_BYTES } from "../limits.ts";
import { checkUrl, type NetAccess } from "./check-url.ts";
import { describeUrlFailure } from "./describe-url-failure.ts";
import { describeVerdict, type DoorRun } from "./door-run.ts";
import { FINAL_URL_HEADER, REDIRECT_MODE_HEADER, toGuestHeaders, toUpstreamHeaders } from "./net-headers.ts";
import { nextHop, type Hop } from "./next-hop.ts";
import { refusalResponse } from "./refusal-response.ts";

const MAX_PLACE_CHARS = 300;

export interface GateDeps {
  readonly run: DoorRun;
  readonly access: NetAccess;
  readonly fetch: (request: Request) => Promise<Response>;
  readonly now: () => number;
  /** Only what should change nothing may be fetched. */
  readonly readsOnly?: boolean;
}

/** The peer's response, or one that stands for an error. */
export async function fetchGated(request: Request, deps: GateDeps): Promise<Response> {
  const follow = request.headers.get(REDIRECT_MODE_HEADER) !== "manual";
  let hop: Hop = {
    url: request.url,
    method: request.method,
    headers: toUpstreamHeaders(request.headers),
    body: request.body,
  };
  for (let redirects = 0; ; redirects += 1) {
    const refusal = await admit(hop, request, deps);
    if (refusal !== null) return refusal;
    if (redirects === 0) {
      const body = await replayable(request);
      if (body === undefined) return failed("Cannot fetch: body is longer than its Content-Length says");
      hop = { ...hop, body };
    }
    const response = await send(hop, deps);
    if (typeof response === "string") return failed(response);

    const next = follow ? nextHop(hop, response) : null;
    if (next === null || (next.ok && next.value === null))
      return toGuestResponse(response, redirects === 0 ? null : hop.url);
    await response.body?.cancel();
    if (!next.ok) return failed(`Cannot follow redirect of "${place(hop)}": ${whyNot(next.failure.reason)}`);
    if (redirects === MAX_REDIRECTS)
      return failed(`Cannot follow redirect of "${place(hop)}": ${redirects} were followed, at most ${MAX_REDIRECTS}`);
    if (next.value !== null) hop = next.value;
  }
}

/** Null if the hop may be made. Counted before it is looked at: see door-run.ts. */
async function admit(hop: Hop, request: Request, deps: GateDeps): Promise<Response | null> {
  const verdict = await deps.run.begin();
  if (verdict.type !== "allowed") return refusalResponse(describeVerdict(verdict));
  const checked = checkUrl(hop.url, deps.access);
  if (!checked.ok) return refuse(describeUrlFailure(checked.failure), deps);
  if (request.headers.get("upgrade") !== null) {
    const wanted = `${request.headers.get("upgrade")?.slice(0, 20)} to ${checked.value.host}`.slice(0, MAX_PLACE_CHARS);
    return refuse({ message: `Requires net access for an upgrade: plugins may only fetch`, wanted }, deps);
  }
  if (deps.readsOnly && hop.method !== "GET" && hop.method !== "HEAD") {
    const target = targetOf(hop);
    const detail = `Cannot fetch "${place(hop)}": the run is a trial, wanted GET or HEAD, not ${hop.method}`;
    await deps.run.end({ kind: "net", target, result: "dry_run", startedAt: deps.now(), ms: 0, detail });
    return failed(detail);
  }
  // It has the peer send the request's headers back.
  if (hop.method === "TRACE") return failed(`Cannot fetch "${place(hop)}": method is TRACE, wanted any other`);
  return null;
}

async function refuse(refusal: { message: string; wanted: string }, deps: GateDeps): Promise<Response> {
  await deps.run.refused({ capability: "net", wanted: refusal.wanted, at: deps.now() });
  return refusalResponse({ name: "NotCapable", message: refusal.message });
}

/** The response once its headers are there, or the words of the failure; either way it is recorded. */
async function send(hop: Hop, deps: GateDeps): Promise<Response | string> {
  const startedAt = deps.now();
  const target = targetOf(hop);
  try {
    // Built anew from the parts that were looked at: the guest's own Request may hold `cf` options.
    const response = await deps.fetch(
      new Request(hop.url, { method: hop.method, headers: hop.headers, body: hop.body, redirect: "manual" }),
    );
    await deps.run.end({ kind: "net", target, result: "ok", startedAt, ms: deps.now() - startedAt, detail: null });
    return response;
  } catch (error) {
    const detail = `Cannot fetch "${place(hop)}": ${error instanceof Error ? error.message : String(error)}`;
    await deps.run.end({ kind: "net", target, result: "failed", startedAt, ms: deps.now() - startedAt, detail });
    return detail;
  }
}

/** The body, as bytes if it says that it is small; undefined if it lied. */
async function replayable(request: Request): Promise<Hop["body"] | undefined> {
  const length = Number(request.headers.get("content-length") ?? Number.NaN);
  if (request.body === null || !(length <= MAX_REPLAY_BYTES)) return request.body;
  const bytes = new Uint8Array(length);
  let read = 0;
  for await (const chunk of request.body as ReadableStream<Uint8Array>) {
    if (read + chunk.byteLength > length) return undefined;
    bytes.set(chunk, read);
    read += chunk.byteLength;
  }
  return bytes.subarray(0, read);
}

function toGuestResponse(response: Response, finalUrl: string | null): Response {
  const headers = toGuestHeaders(response.headers);
  if (finalUrl !== null) headers.set(FINAL_URL_HEADER, finalUrl);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

function targetOf(hop: Hop): string {
  return `${hop.method} ${new URL(hop.url).host}`.slice(0, MAX_PLACE_CHARS);
}

// Without the query, which may hold a token: these words are kept.
function place(hop: Hop): string {
  const { origin, pathname } = new URL(hop.url);
  return `${origin}${pathname}`.slice(0, MAX_PLACE_CHARS);
}

function failed(message: string): Response {
  return refusalResponse({ name: "TypeError", message });
}

function whyNot(reason: "bad_location" | "body_is_gone"): string {
  switch (reason) {
    case "bad_location":
      return "its Location is not a URL";
    case "body_is_gone":
      return `the body would have to be sent again, which goes up to ${MAX_REPLAY_BYTES} bytes of known length`;
  }
}
