// Decides whether a plugin may fetch a URL. Asked anew for each hop of a redirect. It knows names and addresses as they
// are written, not what a name resolves to.
import { fail, ok, type Result } from "../../schemas/result.ts";
import { hostAndPort } from "./host-and-port.ts";
import { isPublicHost } from "./is-public-host.ts";
import { matchesNetRule } from "./matches-net-rule.ts";

export interface NetAccess {
  /** `[permissions] net` of the manifest. */
  readonly hosts: readonly string[];
  /** Private "host:port" pairs that the deployment lets through. */
  readonly allowPrivate: readonly string[];
}

/** As long as the name of a host can be. */
const MAX_HOSTNAME_CHARS = 253;

/** Why not; `host` is "host:port". */
export type UrlFailure =
  | { readonly reason: "not_a_url" }
  | { readonly reason: "scheme"; readonly scheme: string }
  | { readonly reason: "userinfo"; readonly host: string }
  | { readonly reason: "long_name"; readonly host: string; readonly limitChars: number }
  | { readonly reason: "trailing_dot"; readonly host: string }
  | { readonly reason: "private_host"; readonly host: string }
  | { readonly reason: "not_listed"; readonly host: string };

/** The URL, parsed, if `access` lets a plugin fetch it. */
export function checkUrl(text: string, access: NetAccess): Result<URL, UrlFailure> {
  if (!URL.canParse(text)) return fail({ reason: "not_a_url" });
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return fail({ reason: "scheme", scheme: url.protocol });
  const host = hostAndPort(url);
  // "https://api.example.com@evil.example/" is made to be misread, by people and by programs.
  if (url.username !== "" || url.password !== "") return fail({ reason: "userinfo", host });
  // Nothing answers to it, but it would be written down.
  if (url.hostname.length > MAX_HOSTNAME_CHARS)
    return fail({ reason: "long_name", host, limitChars: MAX_HOSTNAME_CHARS });
  // "api.example.com." is the same host to a resolver, and another one to every rule, cookie and certificate.
  if (url.hostname.endsWith(".")) return fail({ reason: "trailing_dot", host });
  if (!isPublicHost(url.hostname) && !access.allowPrivate.includes(host)) return fail({ reason: "private_host", host });
  if (!matchesNetRule(access.hosts, url.hostname, host.slice(url.hostname.length + 1)))
    return fail({ reason: "not_listed", host });
  return ok(url);
}
