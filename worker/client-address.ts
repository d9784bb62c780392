// Which client a request came from, for counting what it fails at. Nothing is permitted by it: headers can be forged
// wherever no proxy writes them.
import ipaddr from "ipaddr.js";
import type { Env } from "./env.ts";

/**
 * The address in the header that the deployment's proxy writes, an IPv6 one as its network of 64 bits, which one client
 * has to itself. Null where no header is named, or the request bears none that is an address.
 */
export function clientAddress(headers: Headers, env: Pick<Env, "CLIENT_ADDRESS_HEADER">): string | null {
  const name = env.CLIENT_ADDRESS_HEADER?.trim();
  return name ? addressOf(headers.get(name)) : null;
}

/** The address in such a header's text. */
export function addressOf(header: string | null): string | null {
  // The last of several is the nearest proxy's word; those before it are whoever's.
  const text = header?.split(",").at(-1)?.trim();
  if (text === undefined || !ipaddr.isValid(text)) return null;
  const address = ipaddr.process(text);
  return address.kind() === "ipv4"
    ? address.toString()
    : `${address.toNormalizedString().split(":", 4).join(":")}::/64`;
}
