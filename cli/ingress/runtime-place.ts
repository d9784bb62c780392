// Where the runtime listens, and whether a request has come that far.
import type { Agent, ClientRequest } from "node:http";

export interface RuntimePlace {
  readonly host: string;
  readonly port: number;
  readonly agent: Agent;
}

/** Calls back once the request has a connection. Before that nothing of it was sent. */
export function untilConnected(request: ClientRequest, onConnected: () => void): void {
  request.once("socket", (socket) => {
    if (socket.connecting) socket.once("connect", onConnected);
    else onConnected();
  });
}
