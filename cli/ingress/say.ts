// What the ingress itself has to say of a request: a status and JSON. 503 says when to come again.
import type { ServerResponse } from "node:http";

/** Breaks the answer off where one has begun. */
export function say(outgoing: ServerResponse, status: number, body: object): void {
  if (outgoing.headersSent) {
    outgoing.destroy();
    return;
  }
  const headers = { "content-type": "application/json", ...(status === 503 ? { "retry-after": "1" } : {}) };
  outgoing.writeHead(status, headers).end(JSON.stringify(body));
}
