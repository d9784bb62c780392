// Whether a host can listen where it was told to. It holds nothing: the port is given back at once.
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { errorCode } from "../error-code.ts";

const POLL_MS = 100;
const MAX_PORT = 65_535;

/** Checks that the port is free, or becomes so within `patienceMs`. */
export async function waitForPort(host: string, port: number, patienceMs: number): Promise<Result<true, CliFailure>> {
  for (let left = patienceMs; ; left -= POLL_MS) {
    const problem = await tryToListen(host, port);
    if (problem === null) return ok(true);
    if (problem === "EADDRINUSE" && left > 0) {
      await sleep(POLL_MS);
      continue;
    }
    return fail(unusablePort(host, port, problem));
  }
}

/** Why nothing can listen there, by the code of the error. */
export function unusablePort(host: string, port: number, problem: string): CliFailure {
  return { reason: "port_unusable", message: `Cannot listen on ${host}:${port}: ${describe(problem, port)}` };
}

function describe(problem: string, port: number): string {
  switch (problem) {
    case "EADDRINUSE":
      return `something else listens there, wanted a free port: try --port ${port === MAX_PORT ? port - 1 : port + 1}`;
    case "EACCES":
      return "this user may not, wanted a port from 1024 on";
    case "EADDRNOTAVAIL":
    case "EAI_AGAIN":
    case "ENOTFOUND":
      return `${problem}, wanted --host to be an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them`;
    default:
      return `${problem}, wanted an address and a port that are free`;
  }
}

function tryToListen(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve(errorCode(error)));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
