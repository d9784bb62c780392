// Fetches a label's content from the URL that Kili gave for it. The URL is Kili's word, but Kili may be anybody's: only
// https to public hosts is followed, each hop anew, or Kili's own API, which alone gets the key.
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { KiliUpstream } from "../env.ts";
import { readBounded, type Room } from "../kili/read-bounded.ts";
import { KILI_CALL_MS, MAX_KILI_CONTENT_BYTES } from "../limits.ts";
import { hostAndPort } from "./host-and-port.ts";
import { isPublicHost } from "./is-public-host.ts";

export interface ContentSource {
  readonly upstream: KiliUpstream;
  /** Private "host:port" pairs that the deployment lets through. */
  readonly allowPrivate: readonly string[];
  /** The way to Kili, which the deployment has chosen. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** The way to anywhere else. */
  readonly outbound: ContentSource["fetch"];
}

const MAX_HOPS = 3;
const MAX_ERROR_CHARS = 200;

/** The content as text, if there is `room` for it, or why there is none: in words that name the host and not the URL. */
export async function fetchContent(
  address: string,
  { allowPrivate, fetch, outbound, upstream }: ContentSource,
  room: Room,
): Promise<Result<string, string>> {
  // Kili's files are beside its GraphQL.
  const ownBase = new URL(".", upstream.endpoint).href;
  const signal = AbortSignal.timeout(KILI_CALL_MS);
  let url = address;
  for (let hop = 0; hop < MAX_HOPS; hop += 1) {
    if (!URL.canParse(url)) return fail("its URL is none");
    const found = new URL(url);
    const { host, hostname, href, password, protocol, username } = found;
    const isOwn = href.startsWith(ownBase);
    const isOpen =
      protocol === "https:" &&
      username === "" &&
      password === "" &&
      !hostname.endsWith(".") &&
      (isPublicHost(hostname) || allowPrivate.includes(hostAndPort(found)));
    if (!isOwn && !isOpen) return fail(`"${host}" is no place to fetch it from, wanted https and a public host`);
    try {
      const response = await (isOwn ? fetch : outbound)(href, {
        redirect: "manual",
        signal,
        headers: isOwn ? { authorization: `X-API-Key: ${upstream.apiKey}` } : {},
      });
      const location = response.headers.get("location");
      if (response.status >= 300 && response.status < 400 && location !== null) {
        await response.body?.cancel();
        url = URL.canParse(location, href) ? new URL(location, href).href : "";
        continue;
      }
      if (!response.ok) {
        await response.body?.cancel();
        return fail(`"${host}" answered with status ${response.status}`);
      }
      const text = await readBounded(response, room);
      return text === null
        ? fail(`the contents are over ${MAX_KILI_CONTENT_BYTES} bytes, read fewer at once`)
        : ok(text);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return fail(
        `"${host}" cannot be reached (${message.replaceAll(upstream.apiKey, "[redacted]").slice(0, MAX_ERROR_CHARS)})`,
      );
    }
  }
  return fail("its URL leads on and on");
}
