// Where operations that are not this host's go, and with whose key. Does not send them.
import { fail, ok, type Result } from "../../schemas/result.ts";
import { kiliEndpoint, kiliUpstream, type Env, type KiliUpstream } from "../env.ts";
import { MAX_FORWARD_HEADER_CHARS } from "../limits.ts";

/** Where a caller gives a Kili key of their own, beside the key to this host. */
export const CALLER_KEY_HEADER = "x-kili-api-key";

export type NoTarget =
  /** No Kili is connected. */
  | { readonly reason: "not_connected" }
  /** The caller's own key is wanted, and there is none. */
  | { readonly reason: "no_caller_key" }
  /** UPSTREAM_KEY says neither "host" nor "caller". */
  | { readonly reason: "bad_setting"; readonly found: string };

/** The Kili that a request's operations go to. */
export function forwardTarget(env: Env, headers: Headers): Result<KiliUpstream, NoTarget> {
  const setting = env.UPSTREAM_KEY?.trim() || "host";
  switch (setting) {
    case "host": {
      const upstream = kiliUpstream(env);
      return upstream === null ? fail({ reason: "not_connected" }) : ok(upstream);
    }
    case "caller": {
      const apiKey = headers.get(CALLER_KEY_HEADER)?.trim() ?? "";
      if (apiKey === "" || apiKey.length > MAX_FORWARD_HEADER_CHARS) return fail({ reason: "no_caller_key" });
      return ok({ endpoint: kiliEndpoint(env), apiKey });
    }
    default:
      // Not taken for "host": a misspelt "caller" would lend the host's key to everybody.
      return fail({ reason: "bad_setting", found: setting });
  }
}
