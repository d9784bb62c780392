// Passes one request on to the runtime and its answer back, both as they come. What is in them is not looked at.
import { request, type IncomingMessage, type ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { say } from "./say.ts";
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
/** A body of more than this is sent only once the runtime reads it, or after a while without a word of it. */
const MAX_UNASKED_BYTES = 64 * 1024;
const CONTINUE_MS = 1_000;
/** How long a request waits for a runtime that is being started again, and how long between two looks. */
const PATIENCE_MS = 10_000;
const REST_MS = 100;

export interface PassOnOptions {
  readonly runtime: RuntimePlace;
  /** Headers, in small letters, that stay whatever a connection header says of them. */
  readonly kept: ReadonlySet<string>;
  /** What is answered with 503 where the runtime gives no answer. */
  readonly refusal: object;
}

/** Resolves with the answer's status once its head is there; 503 where the runtime gives none. */
export async function passOn(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  options: PassOnOptions,
): Promise<number> {
  const gone = new AbortController();
  // Whoever is gone waits for nothing.
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  for (const until = performance.now() + PATIENCE_MS; ; await sleep(REST_MS)) {
    const status = await tryOnce(incoming, outgoing, options, gone.signal);
    if (status !== "unreached") return status;
    if (performance.now() > until || outgoing.destroyed) return refuse(outgoing, options.refusal);
  }
}

/** `unreached`: it may be tried again. */
function tryOnce(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { runtime: { agent, ...place }, kept, refusal }: PassOnOptions,
  signal: AbortSignal,
): Promise<number | "unreached"> {
  return new Promise((resolve) => {
    const { headers, method, url: path } = incoming;
    const isChunked = headers["transfer-encoding"] !== undefined;
    const bytes = isChunked ? Infinity : Number(headers["content-length"] ?? 0);
    const isHarmlessTwice = bytes === 0 && (method === "GET" || method === "HEAD");
    // Refused, a large body is never read: what was sent of it by then would break the connection, answer and all.
    const asksFirst = bytes > MAX_UNASKED_BYTES;
    const sent = request({
      ...place,
      // A connection that was used before may be closed by the runtime in this very moment.
      agent: isHarmlessTwice ? agent : false,
      ...{ method, path, signal },
      headers: [
        ...endToEnd(incoming, kept),
        // Said once more: without it, a body that a method is not known for would be sent as if it were the next request.
        ...(isChunked ? ["transfer-encoding", "chunked"] : []),
        ...(asksFirst ? ["expect", "100-continue"] : []),
      ],
    });
    let isReached = false;
    let isAnswered = false;
    let isSent = false;
    const sendBody = (): void => {
      // Piping to what is closed throws.
      if (isSent || isAnswered || sent.destroyed) return;
      isSent = true;
      pipeline(incoming, sent, () => undefined);
    };
    untilConnected(sent, () => {
      isReached = true;
      if (asksFirst) setTimeout(sendBody, CONTINUE_MS).unref();
      else sendBody();
    });
    sent.on("continue", sendBody);
    sent.on("response", (answer) => {
      isAnswered = true;
      resolve(answerWith(answer, outgoing, { kept, refusal }));
      // It waits for no body any more, and neither does its connection.
      if (!isSent) answer.once("close", () => sent.destroy());
    });
    // Nobody asked for one: upgrade headers are not passed on.
    sent.on("upgrade", (_, socket) => socket.destroy());
    sent.on("error", () => undefined);
    sent.on("close", () => {
      if (isAnswered) return;
      if (!isReached || (isHarmlessTwice && sent.reusedSocket)) resolve("unreached");
      else resolve(refuse(outgoing, refusal));
    });
  });
}

function answerWith(
  answer: IncomingMessage,
  outgoing: ServerResponse,
  { kept, refusal }: Omit<PassOnOptions, "runtime">,
): number {
  const status = answer.statusCode ?? 502;
  try {
    outgoing.writeHead(status, endToEnd(answer, kept));
  } catch {
    // It is none that can be passed on.
    answer.destroy();
    return refuse(outgoing, refusal);
  }
  if (outgoing.destroyed) answer.destroy();
  else pipeline(answer, outgoing, () => undefined);
  return status;
}

function refuse(outgoing: ServerResponse, refusal: object): number {
  say(outgoing, 503, refusal);
  return 503;
}

/** Names and values in turn, as Node has them. */
function endToEnd({ headers, rawHeaders }: IncomingMessage, kept: ReadonlySet<string>): string[] {
  const named = new Set(headers.connection?.split(",").map((name) => name.trim().toLowerCase()));
  const all: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = "", value = ""] = rawHeaders.slice(at, at + 2);
    const lower = name.toLowerCase();
    if (!HOP_BY_HOP.has(lower) && (kept.has(lower) || !named.has(lower))) all.push(name, value);
  }
  return all;
}
