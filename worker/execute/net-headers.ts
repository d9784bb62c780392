// The headers that pass through the network door, in each direction, and those that the door and the isolate's harness
// use between themselves. Those start with a prefix that neither the plugin nor its peers can get past the door.

/** How the door says no: JSON of `{ name, message }`, which the harness throws. */
export const REFUSAL_HEADER = "x-kili-edge-refusal";
/** `manual` asks the door for the redirect itself: the mode of a Request does not cross between isolates. */
export const REDIRECT_MODE_HEADER = "x-kili-edge-redirect";
/** Where a response came from, if the door followed redirects to it. */
export const FINAL_URL_HEADER = "x-kili-edge-url";

const OWN_PREFIX = "x-kili-edge-";

// What belongs to the connection, or claims to come from a proxy. workerd sends a Host header that a Worker sets.
const NOT_THE_PLUGINS = new Set([
  "cdn-loop",
  "connection",
  "content-length",
  "expect",
  "forwarded",
  "host",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "true-client-ip",
  "upgrade",
  "via",
  "x-real-ip",
]);
const NOT_THE_PLUGINS_PREFIXES = ["cf-", "x-forwarded-", OWN_PREFIX];

/** The headers of a plugin's request as its peer gets them. */
export function toUpstreamHeaders(headers: Headers): Headers {
  return without(
    headers,
    (name) => NOT_THE_PLUGINS.has(name) || NOT_THE_PLUGINS_PREFIXES.some((prefix) => name.startsWith(prefix)),
  );
}

/** The headers of a peer's response as the plugin gets them. */
export function toGuestHeaders(headers: Headers): Headers {
  return without(headers, (name) => name.startsWith(OWN_PREFIX));
}

function without(headers: Headers, isDropped: (name: string) => boolean): Headers {
  const kept = new Headers(headers);
  for (const name of headers.keys()) if (isDropped(name)) kept.delete(name);
  return kept;
}
