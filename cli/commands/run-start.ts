// The start command's life: open the host, watch the plugins, and close everything once when told to.
import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import { ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { renderNote } from "../host/host-note.ts";
import { hostVariables } from "../host/host-variables.ts";
import { introduceHost } from "../host/introduce-host.ts";
import { prepareDevVars } from "../host/prepare-dev-vars.ts";
import { DEV_VARS_FILE } from "../host/read-dev-vars.ts";
import { runBuild } from "./run-build.ts";
import { runtimeLimits, type RuntimeFlags } from "../supervisor/runtime-limits.ts";
import { serveSavedPlugins } from "../host/serve-saved-plugins.ts";
import { start, type FoundVariables } from "../host/start.ts";
import { untilSignalled } from "../host/until-signalled.ts";

/** Somebody waits at the terminal: what runs longer is tried again at the next start. */
const GRACE_MS = 3_000;

export interface StartFlags extends RuntimeFlags {
  readonly root: string;
  readonly port: number;
  readonly host: string;
  readonly data: string;
  readonly defaultData: string;
  readonly watch: boolean;
}

/** Runs the host until a signal ends it; the answer is the exit code. */
export async function runStart(flags: StartFlags): Promise<number> {
  const startedAt = performance.now();
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const { root } = flags;
  const started = await start({
    root,
    host: flags.host,
    port: flags.port,
    dataDir: resolve(flags.data),
    findVariables: () => findDevVariables(root, process.env),
    build: () => runBuild(root),
    runtimeLimits: runtimeLimits(flags),
    note: (note) => say(renderNote(note)),
  });
  if (!started.ok) {
    process.stderr.write(`${started.failure.message}\n`);
    return 1;
  }
  const host = started.value;
  const told = untilSignalled(() => process.exit(1));
  if (host.buildOutput.trim() !== "") say(host.buildOutput.trimEnd());
  say(introduceHost(host, flags.defaultData, performance.now() - startedAt));

  const watching = flags.watch ? await watchFolders(root, host, say) : null;
  await told;
  await watching?.close();
  await host.close(GRACE_MS);
  return 0;
}

async function findDevVariables(
  root: string,
  environment: NodeJS.ProcessEnv,
): Promise<Result<FoundVariables, CliFailure>> {
  const devVars = await prepareDevVars(join(root, DEV_VARS_FILE), randomBytes);
  if (!devVars.ok) return devVars;
  return ok({ values: { ...devVars.value.values, ...hostVariables(environment) }, madeUp: devVars.value.added });
}

async function watchFolders(
  root: string,
  host: { url: string; variables: Readonly<Record<string, string>> },
  say: (line: string) => void,
) {
  const { buildPluginFolder: build } = await import("../build/build-plugins.ts");
  const { refuseTakenName } = await import("../build/refuse-taken-name.ts");
  const adminKey = host.variables["ADMIN_API_KEY"] ?? "";
  return serveSavedPlugins({ root, say, build, refuseTakenName, host: { url: host.url, adminKey, fetch } });
}
