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
/** Whatever a connection header says, these stay: without them a body would be taken for something else. */
const FRAMING = new Set(["content-length", "host"]);
/** How long a request waits for a runtime that is being started again, and how long between two looks. */
const PATIENCE_MS = 10_000;
const REST_MS = 100;

/** Resolves with the answer's status once its head is there; 503 where the runtime gives none. */
export async function passOn(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  runtime: RuntimePlace,
): Promise<number> {
  const gone = new AbortController();
  // Whoever is gone waits for nothing.
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  for (const until = performance.now() + PATIENCE_MS; ; await sleep(REST_MS)) {
    const status = await tryOnce(incoming, outgoing, runtime, gone.signal);
    if (status !== "unreached") return status;
    if (performance.now() > until || outgoing.destroyed) return refuse(outgoing);
  }
}

/** `unreached`: it may be tried again. */
function tryOnce(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { agent, ...place }: RuntimePlace,
  signal: AbortSignal,
): Promise<number | "unreached"> {
  return new Promise((resolve) => {
    const { headers, method, url: path, rawHeaders } = incoming;
    const hasBody = headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
    const isHarmlessTwice = !hasBody && (method === "GET" || method === "HEAD");
    // Said once more: without it, a body that a method is not known for would be sent as if it were the next request.
    const chunked = headers["transfer-encoding"] === undefined ? [] : ["transfer-encoding", "chunked"];
    const sent = request({
      ...place,
      // A connection that was used before may be closed by the runtime in this very moment.
      agent: isHarmlessTwice ? agent : false,
      ...{ method, path, signal, headers: [...endToEnd(incoming, rawHeaders), ...chunked] },
    });
    let isReached = false;
    let isAnswered = false;
    untilConnected(sent, () => {
      isReached = true;
      pipeline(incoming, sent, () => undefined);
    });
    sent.on("response", (answer) => {
      isAnswered = true;
      resolve(answerWith(answer, outgoing));
    });
    // Nobody asked for one: upgrade headers are not passed on.
    sent.on("upgrade", (_, socket) => socket.destroy());
    sent.on("error", () => undefined);
    sent.on("close", () => {
      if (isAnswered) return;
      if (!isReached || (isHarmlessTwice && sent.reusedSocket)) resolve("unreached");
      else resolve(refuse(outgoing));
    });
  });
}

function answerWith(answer: IncomingMessage, outgoing: ServerResponse): number {
  const status = answer.statusCode ?? 502;
  try {
    outgoing.writeHead(status, endToEnd(answer, answer.rawHeaders));
  } catch {
    // It is none that can be passed on.
    answer.destroy();
    return refuse(outgoing);
  }
  pipeline(answer, outgoing, () => undefined);
  return status;
}

function refuse(outgoing: ServerResponse): number {
  const body = JSON.stringify({ error: "the runtime did not answer: it may be being started again" });
  outgoing.writeHead(503, { "content-type": "application/json", "retry-after": "1" }).end(body);
  return 503;
}

/** Names and values in turn, as Node has them. */
function endToEnd({ headers }: Pick<IncomingMessage, "headers">, rawHeaders: readonly string[]): string[] {
  const named = new Set(headers.connection?.split(",").map((name) => name.trim().toLowerCase()));
  const kept: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = "", value = ""] = rawHeaders.slice(at, at + 2);
    const lower = name.toLowerCase();
    if (!HOP_BY_HOP.has(lower) && !(named.has(lower) && !FRAMING.has(lower))) kept.push(name, value);
  }
  return kept;
}
