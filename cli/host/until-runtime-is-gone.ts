// Waits for the runtime that a killed host leaves behind: it lives on for a moment, with the data open, and two runtimes
// on the same journals would undo each other's work. It ends none.
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { waitForPort } from "./wait-for-port.ts";

export const KILLED_HOST_PATIENCE_MS = 3_000;
/** Where runtimes listen: nobody but the ingress and the supervisor asks them. */
export const RUNTIME_HOST = "127.0.0.1";

/** `file` is what says that the runtime of `dataDir` listens on `port`. */
export async function untilRuntimeIsGone(
  dataDir: string,
  file: string,
  port: number,
): Promise<Result<true, CliFailure>> {
  if ((await waitForPort(RUNTIME_HOST, port, KILLED_HOST_PATIENCE_MS)).ok) return ok(true);
  return fail({
    reason: "already_running",
    message:
      `Cannot start in "${dataDir}": the runtime of a host that was killed still listens on ${RUNTIME_HOST}:${port}, ` +
      `wanted a free directory: end that process, a workerd, or delete "${file}" if it is none`,
  });
}
