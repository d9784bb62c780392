// A runtime for the ingress to stand in front of: a real server that answers as a test says and records what reaches it,
// to the byte.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { readBatch, type BatchedAnswer, type BatchedCall } from "../../schemas/webhook-batch.ts";

export type Play = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export interface PlayedRuntime {
  readonly port: number;
  /** Every request whose head was read. */
  readonly seen: readonly IncomingMessage[];
  /** All that came, a text for each connection, a character for each byte. */
  readonly connections: readonly string[];
  stop(): Promise<void>;
}

/** A call that came in a batch, with its body as text. */
export interface SeenCall extends BatchedCall {
  readonly text: string;
}

export interface RuntimePart {
  /** By default any that is free. */
  readonly port?: number;
  /** What becomes of a request that asks whether its body is read: by default it is told that it is. */
  readonly onLarge?: "read" | "refuse" | "wait";
}

export async function playRuntime(
  play: Play,
  { port = 0, onLarge = "read" }: RuntimePart = {},
): Promise<PlayedRuntime> {
  const seen: IncomingMessage[] = [];
  const connections: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    // Whoever is gone is not answered.
    Promise.resolve(play(request, response)).catch(() => response.destroy());
  });
  if (onLarge === "refuse") server.on("checkContinue", (_, response: ServerResponse) => response.writeHead(401).end());
  if (onLarge === "wait")
    server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
      void buffer(request).then(() => play(request, response));
    });
  server.on("connection", (socket) => {
    const place = connections.push("") - 1;
    socket.on("data", (bytes: Buffer) => (connections[place] += bytes.toString("latin1")));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    connections,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const runtime = await playRuntime(() => undefined);
  await runtime.stop();
  return runtime.port;
}

/** The calls of a request that is a batch. */
export async function readCalls(request: IncomingMessage): Promise<SeenCall[]> {
  return readBatch(await buffer(request)).map(({ call, body }) => ({ ...call, text: new TextDecoder().decode(body) }));
}

/** An answer's line. */
export function toLine(answer: Pick<BatchedAnswer, "call"> & Partial<BatchedAnswer>): string {
  return `${JSON.stringify({ status: 202, retryAfter: null, body: "{}", ...answer } satisfies BatchedAnswer)}\n`;
}
