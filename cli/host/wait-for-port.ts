// Whether a host can listen where it was told to. It holds nothing: the port is given back at once.
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { errorCode } from "../error-code.ts";

const POLL_MS = 100;

/** Checks that the port is free, or becomes so within `patienceMs`. */
export async function waitForPort(host: string, port: number, patienceMs: number): Promise<Result<true, CliFailure>> {
  for (let left = patienceMs; ; left -= POLL_MS) {
    const problem = await tryToListen(host, port);
    if (problem === null) return ok(true);
    if (problem === "EADDRINUSE" && left > 0) {
      await sleep(POLL_MS);
      continue;
    }
    const found = problem === "EADDRINUSE" ? "something else listens there" : problem;
    return fail({
      reason: "port_unusable",
      message: `Cannot listen on ${host}:${port}: ${found}, wanted a free port: try --port ${port + 1}`,
    });
  }
}

function tryToListen(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve(errorCode(error)));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
