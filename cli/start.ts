// `kili-edge start`: from a fresh clone to a host that takes events. It decides the order; each step is a
// file of its own, and what keeps the process alive afterwards is the command's business.
import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import * as v from "valibot";
import type { Unstable_MiniflareWorkerOptions as WorkerConfig } from "wrangler";
import { fail, ok, type Result } from "../schemas/result.ts";
import { bundleWorker } from "./bundle-worker.ts";
import { claimDataDir, type HeldClaim } from "./claim-data-dir.ts";
import type { CliFailure } from "./cli-failure.ts";
import { errorCode } from "./error-code.ts";
import { hostVariables } from "./host-variables.ts";
import { migrateDataDir } from "./migrate-data-dir.ts";
import { openHost, type Host } from "./open-host.ts";
import { prepareDevVars } from "./prepare-dev-vars.ts";
import { DEV_VARS_FILE } from "./read-dev-vars.ts";
import { runBuild } from "./run-build.ts";
import { waitForPort } from "./wait-for-port.ts";

/** A killed host's runtime lives on for a moment; its port is worth that wait. */
const KILLED_HOST_PATIENCE_MS = 3_000;

/** Durable Objects are stored under the Worker's name. */
const NamedConfigSchema = v.object({ name: v.string() });

export interface StartOptions {
  readonly root: string;
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly environment: NodeJS.ProcessEnv;
}

export interface RunningHost {
  readonly url: string;
  readonly dataDir: string;
  /** Every variable the Worker got, secrets included: never to be printed. */
  readonly variables: Readonly<Record<string, string>>;
  /** Names of the variables that were made up at this start. */
  readonly madeUp: readonly string[];
  readonly buildOutput: string;
  close(): Promise<void>;
}

/** Builds, migrates and opens the host. */
export async function start(options: StartOptions): Promise<Result<RunningHost, CliFailure>> {
  const dataDir = resolve(options.root, options.dataDir);
  const claim = await claimDataDir(dataDir, `http://${options.host}:${options.port}`, process.pid);
  if (!claim.ok) return claim;
  const running = await startOn(dataDir, claim.value, options);
  if (!running.ok) await claim.value.release();
  return running;
}

async function startOn(
  dataDir: string,
  claim: HeldClaim,
  options: StartOptions,
): Promise<Result<RunningHost, CliFailure>> {
  const port = await waitForPort(options.host, options.port, claim.previousWasKilled ? KILLED_HOST_PATIENCE_MS : 0);
  if (!port.ok) return port;
  const devVars = await prepareDevVars(join(options.root, DEV_VARS_FILE), randomBytes);
  if (!devVars.ok) return devVars;
  const fromEnvironment = hostVariables(options.environment);

  const opened = await buildAndOpen(dataDir, fromEnvironment, options);
  if (!opened.ok) return opened;
  const { host, buildOutput } = opened.value;
  const awake = await wake(host.url);
  if (!awake.ok) {
    await host.close();
    return awake;
  }
  return ok({
    url: host.url,
    dataDir,
    variables: { ...devVars.value.values, ...fromEnvironment },
    madeUp: devVars.value.added,
    buildOutput,
    async close() {
      await host.close();
      await claim.release();
    },
  });
}

async function buildAndOpen(
  dataDir: string,
  variables: Record<string, string>,
  options: StartOptions,
): Promise<Result<{ host: Host; buildOutput: string }, CliFailure>> {
  const { root } = options;
  const configFile = join(root, "wrangler.toml");
  // The build is the longest part: the database is opened and migrated meanwhile.
  const [built, database] = await Promise.all([runBuild(root), openDatabase(configFile, dataDir, root)]);
  if (!built.ok) return built;
  if (!database.ok) return database;
  const { name, config } = database.value;
  const main = config.main ?? join(root, "worker", "index.ts");
  const bundle = await bundleWorker({ root, main, define: config.define, sourceMap: true });
  if (!bundle.ok) return bundle;
  const host = await openHost({
    root,
    dataDir,
    variables,
    config,
    code: bundle.value.code,
    name,
    host: options.host,
    port: options.port,
  });
  return host.ok ? ok({ host: host.value, buildOutput: built.value }) : host;
}

async function openDatabase(
  configFile: string,
  dataDir: string,
  root: string,
): Promise<Result<{ name: string; config: WorkerConfig }, CliFailure>> {
  // Read by wrangler as it loads: it would name .dev.vars and look for its own newest version.
  process.env["WRANGLER_LOG"] ??= "error";
  process.env["WRANGLER_SEND_METRICS"] ??= "false";
  const wrangler = await import("wrangler");
  const { name } = v.parse(NamedConfigSchema, wrangler.unstable_readConfig({ config: configFile }));
  const config = wrangler.unstable_getMiniflareWorkerOptions(configFile);
  const migrated = await migrateDataDir(root, dataDir, config);
  return migrated.ok ? ok({ name, config }) : migrated;
}

/** The first request registers the plugins that were built; whoever tries the host next finds them there. */
async function wake(url: string): Promise<Result<true, CliFailure>> {
  try {
    const response = await fetch(`${url}/healthz`);
    if (response.ok) return ok(true);
    return notAwake(`/healthz answered ${response.status} ${(await response.text()).slice(0, 500)}`);
  } catch (error) {
    return notAwake(errorCode(error));
  }
}

function notAwake(found: string) {
  return fail({
    reason: "runtime_failed",
    message: `Cannot run the Worker: ${found}, wanted 200`,
  } satisfies CliFailure);
}
