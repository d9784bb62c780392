// The Worker on workerd, driven through Miniflare's own API from wrangler.toml, on a direct socket: requests
// skip the development proxy in front of it, which costs most of the speed. It builds and migrates nothing.
import type { ChildProcess } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { MiniflareCoreError, type V4WorkerOptions } from "miniflare";
import type { Unstable_MiniflareWorkerOptions as WorkerConfig } from "wrangler";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { hostUrl } from "./host-url.ts";
import { followRuntime } from "./follow-runtime.ts";
import { endingsFolder } from "../supervisor/endings-file.ts";
import { PUBLIC_NET } from "./public-net.ts";
import { startMiniflare, type OnRuntimeLog } from "./start-miniflare.ts";
import { watchOverWorkerd } from "./watch-over-workerd.ts";

export interface HostOptions {
  readonly root: string;
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly config: WorkerConfig;
  readonly code: string;
  /** Variables that win over wrangler.toml's and .dev.vars'. */
  readonly variables: Readonly<Record<string, string>>;
  readonly onLog?: OnRuntimeLog;
}

export interface Host {
  readonly url: string;
  /** The workerd it runs on, dead or alive: another one after each restart. */
  runtime(): ChildProcess | null;
  close(): Promise<void>;
}

/** Starts the Worker and waits until it takes requests. */
export async function openHost(options: HostOptions): Promise<Result<Host, CliFailure>> {
  const { modulesRules: _, assets, ...workerOptions } = options.config.workerOptions;
  // With Miniflare's own assets, each request would go through its router Workers first, at twice the cost. The
  // Worker answers every request itself, so its files may as well come straight from workerd's disk service.
  const { binding, directory } = (assets ?? {}) as { binding?: string; directory?: string };
  const files = binding && directory ? { [binding]: { disk: { path: directory } } } : {};
  const endings = endingsFolder(options.dataDir);
  const ENDINGS = { disk: { path: endings } };
  const runtime = followRuntime(watchOverWorkerd(options.root));
  const worker: V4WorkerOptions = {
    ...workerOptions,
    name: options.name,
    modules: [{ type: "ESModule", path: join(options.root, "worker.js"), contents: options.code }],
    modulesRoot: options.root,
    serviceBindings: Object.assign({}, workerOptions.serviceBindings, files, { PUBLIC_NET, ENDINGS }),
    bindings: Object.assign({}, workerOptions.bindings, { CLIENT_ADDRESS_HEADER: "" }, options.variables),
    unsafeDirectSockets: [{ host: options.host, port: options.port }],
  };
  // Also where nobody has written to it yet: workerd does not start without.
  await mkdir(endings, { recursive: true });
  const miniflare = startMiniflare(options.root, options.dataDir, worker, options.onLog);
  try {
    await miniflare.ready;
    const direct = await miniflare.unsafeGetDirectURL(options.name);
    return ok({
      url: hostUrl(options.host, Number(direct.port)),
      runtime: () => runtime.current(),
      async close() {
        runtime.stop();
        await miniflare.dispose();
      },
    });
  } catch (error) {
    runtime.stop();
    await miniflare.dispose().catch(() => undefined);
    if (!(error instanceof MiniflareCoreError)) throw error;
    return fail({
      reason: "runtime_failed",
      message: `Cannot run the Worker: ${error.message}, wanted one that starts`,
    });
  }
}
