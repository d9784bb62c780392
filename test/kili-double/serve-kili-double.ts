// Serves the double of Kili's API over HTTP on this machine. As a program:
//   node test/kili-double/serve-kili-double.ts [port] [api key]
// then start the host with KILI_API_ENDPOINT=http://127.0.0.1:<port>/api/label/v2/graphql and KILI_API_KEY=<api key>.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createKiliDouble, type KiliDouble } from "./kili-double.ts";

export interface ServedKiliDouble {
  readonly origin: string;
  /** For KILI_API_ENDPOINT. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1; port 0 takes a free one. */
export async function serveKiliDouble(double: KiliDouble, port = 0): Promise<ServedKiliDouble> {
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const response = await double.handle(await toRequest(incoming));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  };
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    endpoint: `${origin}/api/label/v2/graphql`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function toRequest(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const method = incoming.method ?? "GET";
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value));
  return new Request(`http://${incoming.headers.host ?? "127.0.0.1"}${incoming.url ?? "/"}`, {
    method,
    headers,
    ...(method === "GET" || method === "HEAD" ? {} : { body: Buffer.concat(chunks) }),
  });
}

if (import.meta.main) {
  const [port = "8790", apiKey = "double-key"] = process.argv.slice(2);
  const { endpoint } = await serveKiliDouble(createKiliDouble(apiKey), Number(port));
  console.log(`A double of Kili's API answers at ${endpoint} for the key "${apiKey}".`);
}
