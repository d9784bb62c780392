// The push command: build on this machine, upload, and say what the host made of it. The exit code says whether the
// plugin runs now.
import { fail, type Result } from "../../schemas/result.ts";
import { formatProblem } from "../../worker/build/format-problem.ts";
import type { CliFailure } from "../cli-failure.ts";
import { findHostAccess, type HostFlags } from "../api/find-host-access.ts";
import { packPlugin } from "../api/pack-plugin.ts";
import { pushPlugin, type Pushed } from "../api/push-plugin.ts";

export interface PushFlags extends HostFlags {
  readonly folder: string;
  readonly timeout: number;
  readonly json?: boolean;
}

/** Pushes one plugin folder; the answer is the exit code. */
export async function runPush(flags: PushFlags): Promise<number> {
  const pushed = await push(flags);
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(pushed.ok ? pushed.value : { error: pushed.failure }, null, 2)}\n`);
  } else if (!pushed.ok) {
    process.stderr.write(`${pushed.failure.message}\n`);
  } else {
    const { status, message, buildErrors } = pushed.value;
    const lines = [message, ...buildErrors.map((error) => `\n${error}`)];
    (status === "ACTIVE" ? process.stdout : process.stderr).write(`${lines.join("\n")}\n`);
  }
  return pushed.ok && pushed.value.status === "ACTIVE" ? 0 : 1;
}

async function push(flags: PushFlags): Promise<Result<Pushed, CliFailure>> {
  const host = await findHostAccess(flags, "push");
  if (!host.ok) return host;
  const packed = await packPlugin(flags.folder);
  if (!packed.ok) {
    const problems = packed.failure.map(formatProblem).join("\n\n");
    return fail({
      reason: "build_failed",
      message: `Cannot push "${flags.folder}": it does not build:\n\n${problems}`,
    });
  }
  return pushPlugin(host.value, packed.value, flags.timeout * 1000);
}
