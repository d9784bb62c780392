// From a data directory and a built Worker to a host that takes events and is kept answering. It decides the order;
// each step is a file of its own, and what keeps the process alive afterwards is the command's business.
import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fail, ok, type Result } from "../../schemas/result.ts";
import { openIngress } from "../ingress/open-ingress.ts";
import { claimDataDir, type HeldClaim } from "./claim-data-dir.ts";
import type { CliFailure } from "../cli-failure.ts";
import { drainHost } from "./drain-host.ts";
import { freePort } from "./free-port.ts";
import { hostUrl } from "./host-url.ts";
import { errorCode } from "../error-code.ts";
import type { HostNote } from "./host-note.ts";
import type { RuntimeLimits } from "../supervisor/judge-runtime.ts";
import type { OnRuntimeLog } from "./start-miniflare.ts";
import { prepareHost } from "./prepare-host.ts";
import { runCrons } from "./run-crons.ts";
import { openEndingsFile, type EndingsFile } from "../supervisor/endings-file.ts";
import type { Supervised } from "../supervisor/supervised.ts";
import { superviseDatabase, superviseRuntime } from "../supervisor/supervise-parts.ts";
import { triggerCron } from "./trigger-cron.ts";
import { KILLED_HOST_PATIENCE_MS, RUNTIME_HOST } from "./until-runtime-is-gone.ts";
import { unusablePort, waitForPort } from "./wait-for-port.ts";

const SUPERVISOR_SECRET_BYTES = 32;
const WAKE_MS = 30_000;
const WAKE_POLL_MS = 500;

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
  const runtimePort = await freePort();
  const url = `http://${options.host}:${options.port}`;
  const claim = await claimDataDir(dataDir, url, process.pid, runtimePort);
  if (!claim.ok) return claim;
  const endings = openEndingsFile(dataDir, (error) =>
    options.note({
      level: "error",
      message: "What the runtime ended of could not be written down: it may be held against a plugin",
      facts: { error: String(error) },
    }),
  );
  // What the runtime of a host died of that was killed with it, nobody knows.
  if (claim.value.previousWasKilled) endings.add({ at: Date.now(), fromOutside: false });
  const running = await startOn(dataDir, { claim: claim.value, endings, runtimePort }, options);
  if (!running.ok) await claim.value.release();
  return running;
}

interface HeldDataDir {
  readonly claim: HeldClaim;
  readonly endings: EndingsFile;
  readonly runtimePort: number;
}

async function startOn(
  dataDir: string,
  { claim, endings, runtimePort }: HeldDataDir,
  options: StartOptions,
): Promise<Result<RunningHost, CliFailure>> {
  const free = await waitForPort(options.host, options.port, claim.previousWasKilled ? KILLED_HOST_PATIENCE_MS : 0);
  if (!free.ok) return free;
  const found = await options.findVariables();
  if (!found.ok) return found;
  const supervisorSecret = randomBytes(SUPERVISOR_SECRET_BYTES).toString("base64url");
  // A run that computes is not frozen: none may do so for as long as would make it look so.
  const maxCpuMs = String(options.runtimeLimits.frozenMs / 2);
  const variables = { ...found.value.values, SUPERVISOR_SECRET: supervisorSecret, MAX_CPU_MS: maxCpuMs };

  const prepared = await prepareHost({ ...options, host: RUNTIME_HOST, port: runtimePort, dataDir, variables });
  if (!prepared.ok) return prepared;
  const { database, buildOutput, crons } = prepared.value;
  const { note, runtimeLimits: limits } = options;
  // What is open is closed again, the last first, should the rest fail.
  await using parts = new AsyncDisposableStack();
  if (database !== null) {
    const supervision = superviseDatabase(database, limits, note);
    parts.defer(() => supervision.close());
  }
  const opened = await prepared.value.open();
  if (!opened.ok) return opened;
  let runtime: Pick<Supervised, "close"> = opened.value;
  parts.defer(() => runtime.close());
  const awake = await wake(opened.value.url);
  if (!awake.ok) return awake;
  const ingress = await openIngress({
    ...{ host: options.host, port: options.port, runtimePort, secret: supervisorSecret },
    clientAddressHeader: found.value.values["CLIENT_ADDRESS_HEADER"] ?? "",
  }).catch(errorCode);
  if (typeof ingress === "string") return fail(unusablePort(options.host, options.port, ingress));
  const onEnding = (fromOutside: boolean): void => endings.add({ at: Date.now(), fromOutside });
  runtime = superviseRuntime(opened.value, { limits, open: prepared.value.open, note, onEnding });
  const supervised = { url: opened.value.url, secret: supervisorSecret, fetch };
  const schedule = runCrons(
    crons,
    (cron) => triggerCron(supervised, cron),
    (cron, error) =>
      note({ level: "error", message: "A scheduled task failed", facts: { cron, error: String(error) } }),
  );
  const open = parts.move();
  return ok({
    url: hostUrl(options.host, ingress.port),
    dataDir,
    variables,
    madeUp: found.value.madeUp,
    buildOutput,
    async close(graceMs) {
      const left = await drainHost(supervised, graceMs);
      schedule.stop();
      try {
        await open.disposeAsync();
      } finally {
        await ingress.close();
      }
      // One that did not answer any more may have been frozen.
      onEnding(left !== null);
      await claim.release();
      if (left !== null && left > 0) {
        note({
          level: "warning",
          message: "Runs did not end in time: they are tried again at the next start",
          facts: { runs: left },
        });
      }
    },
  });
}

/**
 * The first request registers the plugins that were built; whoever tries the host next finds them there. A database that
 * somebody else has locked is waited for.
 */
async function wake(url: string): Promise<Result<true, CliFailure>> {
  try {
    let response = await fetch(`${url}/readyz`);
    for (const until = performance.now() + WAKE_MS; !response.ok && performance.now() < until;) {
      await response.arrayBuffer();
      await sleep(WAKE_POLL_MS);
      response = await fetch(`${url}/readyz`);
    }
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
