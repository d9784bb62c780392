// Puts a refused URL into words: what the plugin's author reads, and what the audit keeps.
import type { UrlFailure } from "./check-url.ts";

const MAX_WANTED_CHARS = 300;

/** The message of the plugin's `NotCapable`, and what it reached for. */
export function describeUrlFailure(failure: UrlFailure): { readonly message: string; readonly wanted: string } {
  switch (failure.reason) {
    case "not_listed":
      return words(failure.host, "add it to [permissions] net in plugin.toml");
    case "private_host":
      return words(failure.host, "it is a private address, which only the deployment can open (ALLOW_PRIVATE_NET)");
    case "userinfo":
      return words(failure.host, "its URL holds a user name or password, wanted an Authorization header");
    case "long_name":
      return words(failure.host, `its name is too long, wanted at most ${failure.limitChars} characters`);
    case "trailing_dot":
      return words(failure.host, "its name ends in a dot, wanted it without");
    case "scheme":
      return words(failure.scheme, "wanted a URL that starts with https: or http:");
    case "not_a_url":
      return { message: "Requires net access: what was asked for is not a URL", wanted: "not a URL" };
  }
}

function words(host: string, remedy: string): { message: string; wanted: string } {
  const wanted = host.length <= MAX_WANTED_CHARS ? host : `${host.slice(0, MAX_WANTED_CHARS)}…`;
  return { message: `Requires net access to "${wanted}": ${remedy}`, wanted };
}
