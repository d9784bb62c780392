// From a data directory and a built Worker to a host that takes events and is kept answering. It decides the order;
// each step is a file of its own, and what keeps the process alive afterwards is the command's business.
import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import * as v from "valibot";
import type { Unstable_MiniflareWorkerOptions as WorkerConfig } from "wrangler";
import { fail, ok, type Result } from "../schemas/result.ts";
import { bundleWorker } from "./bundle-worker.ts";
import { claimDataDir, type HeldClaim } from "./claim-data-dir.ts";
import type { CliFailure } from "./cli-failure.ts";
import { drainHost } from "./drain-host.ts";
import { errorCode } from "./error-code.ts";
import type { HostNote } from "./host-note.ts";
import type { RuntimeLimits } from "./judge-runtime.ts";
import { migrateDataDir } from "./migrate-data-dir.ts";
import { openHost, type Host } from "./open-host.ts";
import type { OnRuntimeLog } from "./start-miniflare.ts";
import { superviseHost } from "./supervise-host.ts";
import { waitForPort } from "./wait-for-port.ts";

/** A killed host's runtime lives on for a moment; its port is worth that wait. */
const KILLED_HOST_PATIENCE_MS = 3_000;
const SUPERVISOR_SECRET_BYTES = 32;

/** Durable Objects are stored under the Worker's name. */
const NamedConfigSchema = v.object({ name: v.string(), vars: v.record(v.string(), v.unknown()) });

/** The variables a Worker gets beside those of wrangler.toml, secrets among them. */
export interface FoundVariables {
  readonly values: Readonly<Record<string, string>>;
  /** Names of those that were made up just now. */
  readonly madeUp: readonly string[];
}

export interface StartOptions {
  readonly root: string;
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly findVariables: () => Promise<Result<FoundVariables, CliFailure>>;
  /** Sees to what has to be built; the answer is what it printed. */
  readonly build: () => Promise<Result<string, CliFailure>>;
  readonly runtimeLimits: RuntimeLimits;
  readonly note: (note: HostNote) => void;
  readonly onLog?: OnRuntimeLog;
}

export interface RunningHost {
  readonly url: string;
  readonly dataDir: string;
  /** Every variable the Worker got, secrets included: never to be printed. */
  readonly variables: Readonly<Record<string, string>>;
  readonly madeUp: readonly string[];
  readonly buildOutput: string;
  /** Takes no more events, lets what runs end for at most `graceMs`, and ends the host. */
  close(graceMs: number): Promise<void>;
}

/** Builds, migrates and opens the host, and supervises it from then on. */
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
  const found = await options.findVariables();
  if (!found.ok) return found;
  const supervisorSecret = randomBytes(SUPERVISOR_SECRET_BYTES).toString("base64url");
  const variables = { ...found.value.values, SUPERVISOR_SECRET: supervisorSecret };

  const prepared = await prepare(dataDir, variables, options);
  if (!prepared.ok) return prepared;
  const { open, buildOutput } = prepared.value;
  const opened = await open();
  if (!opened.ok) return opened;
  const awake = await wake(opened.value.url);
  if (!awake.ok) {
    await opened.value.close();
    return awake;
  }
  const { note, runtimeLimits } = options;
  const supervision = superviseHost(opened.value, { limits: runtimeLimits, open, note });
  return ok({
    url: opened.value.url,
    dataDir,
    variables,
    madeUp: found.value.madeUp,
    buildOutput,
    async close(graceMs) {
      const left = await drainHost({ url: opened.value.url, secret: supervisorSecret, fetch }, graceMs);
      await supervision.stop();
      await supervision.host().close();
      await claim.release();
      if (left !== null && left > 0) {
        note({
          level: "warn",
          message: "Runs did not end in time: they are tried again at the next start",
          facts: { runs: left },
        });
      }
    },
  });
}

/** Everything that is done once, however often the host is opened afterwards. */
async function prepare(
  dataDir: string,
  variables: Record<string, string>,
  options: StartOptions,
): Promise<Result<{ open: () => ReturnType<typeof openHost>; buildOutput: string }, CliFailure>> {
  const { root } = options;
  const configFile = join(root, "wrangler.toml");
  // The build is the longest part: the database is opened and migrated meanwhile.
  const [built, database] = await Promise.all([options.build(), openDatabase(configFile, dataDir, root)]);
  if (!built.ok) return built;
  if (!database.ok) return database;
  const { name, config } = database.value;
  const main = config.main ?? join(root, "worker", "index.ts");
  const bundle = await bundleWorker({ root, main, define: config.define, sourceMap: true });
  if (!bundle.ok) return bundle;
  const { host, port, onLog } = options;
  const open = (): Promise<Result<Host, CliFailure>> =>
    openHost({
      ...{ root, dataDir, variables, config, name, host, port, code: bundle.value.code },
      ...(onLog === undefined ? {} : { onLog }),
    });
  return ok({ open, buildOutput: built.value });
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
  const { name, vars } = v.parse(NamedConfigSchema, wrangler.unstable_readConfig({ config: configFile }));
  const config = wrangler.unstable_getMiniflareWorkerOptions(configFile);
  // Wrangler mixes .dev.vars in, whoever asks: which variables there are is not its to say here.
  Object.assign(config.workerOptions, { bindings: vars });
  const migrated = await migrateDataDir(root, dataDir, config);
  return migrated.ok ? ok({ name, config }) : migrated;
}

/** The first request registers the plugins that were built; whoever tries the host next finds them there. */
async function wake(url: string): Promise<Result<true, CliFailure>> {
  try {
    const response = await fetch(`${url}/readyz`);
    if (response.ok) return ok(true);
    return notAwake(`/readyz answered ${response.status} ${(await response.text()).slice(0, 500)}`);
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
