// What a supervisor asks of its host, and how the host knows that it is its supervisor. Over HTTP and not through
// Miniflare's proxies of bindings: those wait for a frozen runtime with the whole process.

export interface SupervisedHost {
  readonly url: string;
  /** Made at each start, known to the host and its supervisor. */
  readonly secret: string;
  readonly fetch: typeof fetch;
}

/** Sends an order, such as `drain`; the answer is the host's. */
export function orderHost(
  { url, secret, fetch }: SupervisedHost,
  order: string,
  signal: AbortSignal,
): Promise<Response> {
  return fetch(`${url}/supervisor/${order}`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}` },
    signal,
  });
}
