// What listens where a host is told to, in front of its runtime: it gathers calls of the webhook and passes everything
// else on. Whatever becomes of the runtime, it is there, and calls of the webhook wait for the next one.
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { SMALL_BODY_BYTES } from "../../worker/limits.ts";
import { handOverTo } from "./hand-over.ts";
import { isSupervisors } from "./is-supervisors.ts";
import { KnownSenders } from "./known-senders.ts";
import { passOn } from "./pass-on.ts";
import { readWebhookPath, type WebhookPath } from "./read-webhook-path.ts";
import type { RuntimePlace } from "./runtime-place.ts";
import { say } from "./say.ts";
import { Turns } from "./turns.ts";
import { WebhookGatherer } from "./webhook-gatherer.ts";

export interface IngressOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly runtimePort: number;
  /** What the runtime knows its supervisor by. */
  readonly secret: string;
  /** The header in which a proxy writes a client's address; empty where there is none. */
  readonly clientAddressHeader: string;
}

export interface Ingress {
  readonly port: number;
  /** Answers what waits, and listens no longer. */
  close(): Promise<void>;
}

/** Longer than proxies keep connections that are idle, which for some is two minutes. */
const KEEP_ALIVE_MS = 150_000;
/** Connections to the runtime for what is passed on: at most, and of those that are idle. */
const MAX_SOCKETS = 256;
const MAX_FREE_SOCKETS = 32;
const NO_ANSWER = "the runtime did not answer: it may be being started again";
const REFUSAL = { error: NO_ANSWER };
const WEBHOOK_REFUSAL = { error: { code: "runtime_unavailable", message: `Cannot accept the event: ${NO_ANSWER}` } };
const BUSY = { error: "too many requests are under way" };

/** Rejects as listening does. */
export async function openIngress(options: IngressOptions): Promise<Ingress> {
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS, maxFreeSockets: MAX_FREE_SOCKETS });
  const runtime: RuntimePlace = { host: "127.0.0.1", port: options.runtimePort, agent };
  const handOver = handOverTo(runtime, options.secret);
  const gatherer = new WebhookGatherer({ handOver, now: () => performance.now(), sleep });
  const senders = new KnownSenders();
  const clientHeader = options.clientAddressHeader.trim().toLowerCase();

  async function gather(incoming: IncomingMessage, outgoing: ServerResponse, path: WebhookPath): Promise<void> {
    const body = await buffer(incoming);
    const { authorization } = incoming.headers;
    const client = clientHeader === "" ? undefined : incoming.headers[clientHeader];
    const answer = await gatherer.add({
      call: {
        ...path,
        authorization: authorization ?? null,
        client: client === undefined ? null : String(client),
        bodyBytes: body.byteLength,
      },
      body,
    });
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(answer.body) };
    const retry = answer.retryAfter === null ? {} : { "retry-after": answer.retryAfter };
    outgoing.writeHead(answer.status, { ...headers, ...retry }).end(answer.body);
  }

  const turns = new Turns();
  const kept = new Set(["content-length", "host", clientHeader]);
  /** Resolves when the answer is sent. */
  async function pass(incoming: IncomingMessage, outgoing: ServerResponse, isWebhook: boolean): Promise<void> {
    const refusal = isWebhook ? WEBHOOK_REFUSAL : REFUSAL;
    const isTaken = await turns.take(incoming.socket, async () => {
      const sent = new Promise((resolve) => outgoing.once("close", resolve));
      const status = await passOn(incoming, outgoing, { runtime, kept, refusal });
      if (isWebhook && (status === 200 || status === 202)) senders.add(incoming.headers.authorization);
      await sent;
    });
    if (!isTaken) say(outgoing, 503, BUSY);
  }

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const path = incoming.method === "POST" ? readWebhookPath(incoming.url ?? "") : null;
    if (path !== null && isSmall(incoming) && senders.has(incoming.headers.authorization))
      await gather(incoming, outgoing, path);
    else if (isSupervisors(incoming.url ?? "")) outgoing.writeHead(404).end("404 Not Found");
    else await pass(incoming, outgoing, path !== null);
  }

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => {
      // It broke off, or is no request that can be passed on.
      say(outgoing, 400, { error: "found no request that can be passed on" });
    });
  });
  await listen(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      gatherer.close();
      // In a turn of its own, so that what was answered just now is sent.
      await sleep(0);
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      agent.destroy();
    },
  };
}

/** Whether a request says how long its body is, and that is not much: larger ones are passed on as they come. */
function isSmall({ headers }: IncomingMessage): boolean {
  return Number(headers["content-length"] ?? Number.NaN) <= SMALL_BODY_BYTES;
}

function listen(server: Server, { host, port }: Pick<IngressOptions, "host" | "port">): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, resolve);
  });
}
