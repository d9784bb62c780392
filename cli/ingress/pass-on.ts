// Passes one request on to the runtime and its answer back, both as they come. What is in them is not looked at.
import { request, type IncomingMessage, type ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { untilConnected, type RuntimePlace } from "./runtime-place.ts";

/** What is about one connection and not about the request. */
const HOP_BY_HOP = new Set([
  "connection",
  "expect",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
/** How long a request waits for a runtime that is being started again, and how long between two looks. */
const PATIENCE_MS = 10_000;
const REST_MS = 100;

/** Resolves with the answer's status once its head is there; 503 where the runtime gives none. */
export async function passOn(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  runtime: RuntimePlace,
): Promise<number> {
  for (const until = performance.now() + PATIENCE_MS; ; await sleep(REST_MS)) {
    const status = await tryOnce(incoming, outgoing, runtime);
    if (status !== "unreached") return status;
    if (performance.now() > until || outgoing.destroyed) return refuse(outgoing);
  }
}

/** `unreached`: nothing of the request was read. */
function tryOnce(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  runtime: RuntimePlace,
): Promise<number | "unreached"> {
  return new Promise((resolve) => {
    const { method, url: path, rawHeaders } = incoming;
    // Said once more: without it, a body that a method is not known for would be sent as if it were the next request.
    const chunked = incoming.headers["transfer-encoding"] === undefined ? [] : ["transfer-encoding", "chunked"];
    const sent = request({ ...runtime, method, path, headers: [...endToEnd(rawHeaders), ...chunked] });
    let isReached = false;
    untilConnected(sent, () => {
      isReached = true;
      pipeline(incoming, sent, () => undefined);
    });
    sent.on("response", (answer) => {
      const status = answer.statusCode ?? 502;
      outgoing.writeHead(status, answer.statusMessage ?? "", endToEnd(answer.rawHeaders));
      resolve(status);
      pipeline(answer, outgoing, () => undefined);
    });
    sent.on("error", () => {
      if (!isReached) return resolve("unreached");
      if (outgoing.headersSent) outgoing.destroy();
      else resolve(refuse(outgoing));
    });
    // Whoever is gone waits for nothing.
    outgoing.on("close", () => sent.destroy());
  });
}

function refuse(outgoing: ServerResponse): number {
  const body = JSON.stringify({ error: "the runtime did not answer: it may be being started again" });
  outgoing.writeHead(503, { "content-type": "application/json", "retry-after": "1" }).end(body);
  return 503;
}

/** Names and values in turn, as Node has them. */
function endToEnd(rawHeaders: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = "", value = ""] = rawHeaders.slice(at, at + 2);
    if (!HOP_BY_HOP.has(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}
