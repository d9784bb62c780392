// A host for commands to ask: answers GraphQL by the API's own schema from the values a test gives, and /readyz.
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buildSchema, graphql } from "graphql";

const schema = buildSchema(readFileSync(new URL("../../schemas/api.graphql", import.meta.url), "utf8"));

export interface PlayedHost {
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves `fields`, the root fields' values or resolvers, until it is stopped. */
export async function playHost(
  fields: object,
  ready = { status: 200, text: '{"status":"ready"}' },
): Promise<PlayedHost> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.url === "/readyz") {
      response.writeHead(ready.status).end(ready.text);
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { query, variables } = JSON.parse(Buffer.concat(chunks).toString()) as { query: string; variables?: object };
    const said = await graphql({ schema, source: query, rootValue: fields, variableValues: { ...variables } });
    response.setHeader("content-type", "application/json").end(JSON.stringify(said));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
