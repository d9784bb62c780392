// A port for a process that is about to be started. Somebody else may take it meanwhile, which is unlikely: it is none of
// those that systems give to whoever asks for any, be it to listen or to connect.
import { createServer, type Server } from "node:net";

const FIRST = 20_000;
/** Linux gives ports from 32,768 on, others from 49,152 on. */
const END = 32_000;

/** A port nobody listens on now. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (END - FIRST));
    const server = await listen(port);
    if (server === null) continue;
    await new Promise((closed) => server.close(closed));
    return port;
  }
}

function listen(port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
