// The serve command's life: a host for people who run it for good. It builds and makes up nothing, says everything as
// JSON lines, and ends without cutting short what can end by itself.
import { access } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { findServedVariables } from "../host/find-served-variables.ts";
import type { HostNote } from "../host/host-note.ts";
import { hostLogLine, runtimeLogLine } from "../host/log-line.ts";
import { runtimeLimits, type RuntimeFlags } from "../supervisor/runtime-limits.ts";
import { start } from "../host/start.ts";
import { untilSignalled } from "../host/until-signalled.ts";

export interface ServeFlags extends RuntimeFlags {
  readonly root: string;
  readonly port: number;
  readonly host: string;
  readonly data: string;
  /** How long runs that are under way may take to end when the host is told to. */
  readonly graceSeconds: number;
  readonly secrets?: string;
}

/** Runs the host until a signal ends it; the answer is the exit code. */
export async function runServe(flags: ServeFlags): Promise<number> {
  const write = (line: string) => process.stdout.write(`${line}\n`);
  const note = (each: HostNote) => write(hostLogLine(each, Date.now()));
  const { root, host, port } = flags;
  const started = await start({
    ...{ root, host, port, note },
    dataDir: resolve(flags.data),
    findVariables: () => findServedVariables(process.env, flags.secrets === undefined ? null : resolve(flags.secrets)),
    build: () => findBuild(root),
    runtimeLimits: runtimeLimits(flags),
    onLog: (line) => write(runtimeLogLine(line)),
  });
  if (!started.ok) {
    const { reason, message } = started.failure;
    note({ level: "error", message, facts: { reason } });
    return 1;
  }
  const told = untilSignalled(() => process.exit(1));
  note({ level: "info", message: "The host takes requests", facts: { url: started.value.url, pid: process.pid } });
  await told;
  note({ level: "info", message: "The host is stopping", facts: { graceSeconds: flags.graceSeconds } });
  await started.value.close(flags.graceSeconds * 1_000);
  note({ level: "info", message: "The host has stopped" });
  return 0;
}

/** A build that was made before: serving needs no compiler, and starts what was tested. */
async function findBuild(root: string): Promise<Result<string, CliFailure>> {
  for (const file of ["dist/assets/plugins/index.json", "dist/guest-modules.ts"]) {
    try {
      await access(join(root, file));
    } catch {
      const message = `Cannot serve: there is no "${file}", wanted a build: run "npm run build" first`;
      return fail({ reason: "build_failed", message });
    }
  }
  return ok("");
}
