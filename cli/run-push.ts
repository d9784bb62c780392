// The push command: build on this machine, upload, and say what the host made of it. The exit code says whether the
// plugin runs now.
import { join, resolve } from "node:path";
import { fail, ok, type Result } from "../schemas/result.ts";
import { formatProblem } from "../worker/build/format-problem.ts";
import { findRunningHost } from "./claim-data-dir.ts";
import type { CliFailure } from "./cli-failure.ts";
import { packPlugin } from "./pack-plugin.ts";
import { pushPlugin, type Pushed } from "./push-plugin.ts";
import { DEV_VARS_FILE, readDevVars } from "./read-dev-vars.ts";

const DEFAULT_URL = "http://127.0.0.1:8787";

export interface PushFlags {
  readonly root: string;
  readonly folder: string;
  readonly url?: string;
  readonly data: string;
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
  const key = await readKey(flags.root);
  if (!key.ok) return key;
  const packed = await packPlugin(flags.folder);
  if (!packed.ok) {
    const problems = packed.failure.map(formatProblem).join("\n\n");
    return fail({
      reason: "build_failed",
      message: `Cannot push "${flags.folder}": it does not build:\n\n${problems}`,
    });
  }
  const url = (flags.url ?? (await findRunningHost(resolve(flags.data)))?.url ?? DEFAULT_URL).replace(/\/+$/, "");
  return pushPlugin({ url, adminKey: key.value, fetch }, packed.value, flags.timeout * 1000);
}

/** An operator's key is enough; on the host's own machine its admin's is at hand. */
async function readKey(root: string): Promise<Result<string, CliFailure>> {
  const read = await readDevVars(join(root, DEV_VARS_FILE));
  if (!read.ok) return read;
  const { KILI_EDGE_API_KEY: own, ADMIN_API_KEY: admin } = process.env;
  const key = (own ?? admin ?? read.value?.["ADMIN_API_KEY"] ?? "").trim();
  if (key !== "") return ok(key);
  return fail({
    reason: "no_secret",
    message: `Cannot push: no KILI_EDGE_API_KEY in the environment and no ADMIN_API_KEY in ${DEV_VARS_FILE}, wanted a key of the host`,
  });
}
