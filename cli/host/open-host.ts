// The Worker on workerd, driven through Miniflare's own API from wrangler.toml, on a direct socket: requests
// skip the development proxy in front of it, which costs most of the speed. It builds and migrates nothing.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { MiniflareCoreError, type V4WorkerOptions } from "miniflare";
import type { Unstable_MiniflareWorkerOptions as WorkerConfig } from "wrangler";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { hostUrl } from "./host-url.ts";
import { databaseBinding } from "./database-binding.ts";
import { endingsFolder } from "../supervisor/endings-file.ts";
import type { Supervised } from "../supervisor/supervised.ts";
import { PUBLIC_NET } from "./public-net.ts";
import { startMiniflare, type OnRuntimeLog } from "./start-miniflare.ts";

export interface HostOptions {
  readonly root: string;
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly config: WorkerConfig;
  readonly code: string;
  /** Where its database listens; null for one that it keeps itself. */
  readonly database: string | null;
  /** Variables that win over wrangler.toml's and .dev.vars'. */
  readonly variables: Readonly<Record<string, string>>;
  readonly onLog?: OnRuntimeLog | undefined;
}

export interface Host extends Supervised {
  readonly url: string;
}

/** Starts the Worker and waits until it takes requests. */
export async function openHost(options: HostOptions): Promise<Result<Host, CliFailure>> {
  const { root, dataDir, database, onLog } = options;
  const { modulesRules: _, assets, ...workerOptions } = options.config.workerOptions;
  // With Miniflare's own assets, each request would go through its router Workers first, at twice the cost. The
  // Worker answers every request itself, so its files may as well come straight from workerd's disk service.
  const { binding, directory } = (assets ?? {}) as { binding?: string; directory?: string };
  const files = binding && directory ? { [binding]: { disk: { path: directory } } } : {};
  const endings = endingsFolder(dataDir);
  const ENDINGS = { disk: { path: endings } };
  const worker: V4WorkerOptions = {
    ...workerOptions,
    name: options.name,
    modules: [{ type: "ESModule", path: join(root, "worker.js"), contents: options.code }],
    modulesRoot: root,
    serviceBindings: Object.assign({}, workerOptions.serviceBindings, files, { PUBLIC_NET, ENDINGS }),
    bindings: Object.assign({}, workerOptions.bindings, { CLIENT_ADDRESS_HEADER: "" }, options.variables),
    unsafeDirectSockets: [{ host: options.host, port: options.port }],
    ...(database !== null && { d1Databases: {}, unsafeBindings: [databaseBinding("DB", database)] }),
  };
  // Also where nobody has written to it yet: workerd does not start without.
  await mkdir(endings, { recursive: true });
  const { miniflare, runtime, close } = startMiniflare({ root, dataDir, worker, onLog });
  try {
    await miniflare.ready;
    const direct = await miniflare.unsafeGetDirectURL(options.name);
    const url = hostUrl(options.host, Number(direct.port));
    return ok({ url, runtime, close, probe: (signal) => probe(url, signal) });
  } catch (error) {
    await close().catch(() => undefined);
    if (!(error instanceof MiniflareCoreError)) throw error;
    return fail({
      reason: "runtime_failed",
      message: `Cannot run the Worker: ${error.message}, wanted one that starts`,
    });
  }
}

async function probe(url: string, signal: AbortSignal): Promise<void> {
  const response = await fetch(`${url}/healthz`, { signal });
  await response.arrayBuffer();
}
