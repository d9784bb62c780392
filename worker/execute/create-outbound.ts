// The network below the gate. The gate reads addresses as they are written; what a name resolves to is seen here only,
// by a network that takes public addresses and nothing else. Cloudflare's has none behind it that are private.
import { allowedPrivateNet, type Env } from "../env.ts";
import { hostAndPort } from "./host-and-port.ts";

type Outbound = (request: Request) => Promise<Response>;

/**
 * A `fetch` for addresses that a plugin, or whoever registered a webhook, has chosen. `open` is the way for the pairs of
 * ALLOW_PRIVATE_NET, and the only one where the deployment has no PUBLIC_NET.
 */
export function createOutbound(env: Pick<Env, "PUBLIC_NET" | "ALLOW_PRIVATE_NET">, open: Outbound): Outbound {
  const { PUBLIC_NET } = env;
  if (PUBLIC_NET === undefined) return open;
  const opened = allowedPrivateNet(env);
  return async (request) => {
    if (opened.includes(hostAndPort(new URL(request.url)))) return open(request);
    try {
      return await PUBLIC_NET.fetch(request);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      throw new Error(REFUSED, { cause: error });
    }
  };
}

const REFUSED =
  "it cannot be reached, or its name stands for a private address, which only the deployment can open (ALLOW_PRIVATE_NET)";

/** workerd says no more than this of an address that its network does not allow. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("internal error");
}
