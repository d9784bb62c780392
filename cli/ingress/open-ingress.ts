// What listens where a host is told to, in front of its runtime: it gathers calls of the webhook and passes everything
// else on. Whatever becomes of the runtime, it is there, and calls of the webhook wait for the next one.
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { handOverTo } from "./hand-over.ts";
import { isSupervisors } from "./is-supervisors.ts";
import { KnownSenders } from "./known-senders.ts";
import { passOn } from "./pass-on.ts";
import { readWebhookPath, type WebhookPath } from "./read-webhook-path.ts";
import type { RuntimePlace } from "./runtime-place.ts";
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

/** Larger bodies are passed on as they come. */
const MAX_GATHERED_BYTES = 256 * 1024;
/** Longer than proxies keep connections that are idle. */
const KEEP_ALIVE_MS = 75_000;

/** Rejects as listening does. */
export async function openIngress(options: IngressOptions): Promise<Ingress> {
  const agent = new Agent({ keepAlive: true });
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

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { authorization } = incoming.headers;
    const path = incoming.method === "POST" ? readWebhookPath(incoming.url ?? "") : null;
    if (path === null) {
      if (isSupervisors(incoming.url ?? "")) outgoing.writeHead(404).end("404 Not Found");
      else await passOn(incoming, outgoing, runtime);
    } else if (isSmall(incoming) && senders.has(authorization)) {
      await gather(incoming, outgoing, path);
    } else {
      const status = await passOn(incoming, outgoing, runtime);
      if (status === 200 || status === 202) senders.add(authorization);
    }
  }

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => {
      // It broke off, or is no request that can be passed on.
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(400).end();
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

/** Whether a request says how long its body is, and that is not much. */
function isSmall({ headers }: IncomingMessage): boolean {
  return Number(headers["content-length"] ?? Number.NaN) <= MAX_GATHERED_BYTES;
}

function listen(server: Server, { host, port }: Pick<IngressOptions, "host" | "port">): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, resolve);
  });
}
