// Opens a Worker the way `npm start` opens the host: same bundler, same Miniflare, same kind of socket, storage on
// disk in a directory of its own. It builds nothing.
import { mkdtemp, mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import * as v from "valibot";
import { bundleWorker } from "../cli/build/bundle-worker.ts";
import { openDatabase } from "../cli/host/open-database.ts";
import { openHost } from "../cli/host/open-host.ts";
import type { Artifact } from "../schemas/artifact.ts";
import { valueOf } from "./value-of.ts";
import { seedDatabase } from "./workers/seed-database.ts";

const NamedConfigSchema = v.object({ name: v.string(), main: v.string() });

export const ROOT = resolve(import.meta.dirname, "..");
/** Beside the results and not in the system's temporary directory, which may be memory: a journal needs a disk. */
const DATA = join(ROOT, "bench", "results");

export interface OpenWorker {
  readonly url: string;
  /** Of its workerd. */
  readonly pid: number | null;
  /** Of its database's; null where it has none. */
  readonly databasePid: number | null;
  readonly dataDir: string;
  /** Stops it and deletes its data. */
  close(): Promise<void>;
}

export interface WorkerSetup {
  readonly variables?: Readonly<Record<string, string>>;
  /** Plugins that are in its database before it runs. */
  readonly seed?: readonly Artifact[];
  /** Gets its data directory before it runs. */
  readonly prepare?: (dataDir: string) => void;
}

/** Opens the Worker of a wrangler.toml, with its database migrated if it has one. */
export async function openWorker(
  configFile: string,
  { variables = {}, seed = [], prepare }: WorkerSetup = {},
): Promise<OpenWorker> {
  process.env["WRANGLER_LOG"] ??= "error";
  process.env["WRANGLER_SEND_METRICS"] ??= "false";
  const wrangler = await import("wrangler");
  const { name, main } = v.parse(NamedConfigSchema, wrangler.unstable_readConfig({ config: configFile }));
  const config = wrangler.unstable_getMiniflareWorkerOptions(configFile);
  const bundle = valueOf(await bundleWorker({ root: ROOT, main, define: config.define, sourceMap: false }));

  await mkdir(DATA, { recursive: true });
  const dataDir = await mkdtemp(join(DATA, "data-"));
  await using parts = new AsyncDisposableStack();
  parts.defer(() => rm(dataDir, { recursive: true, force: true }));
  const { d1Databases = {} } = config.workerOptions as { d1Databases?: object };
  const hasDatabase = Object.keys(d1Databases).length > 0;
  const database = hasDatabase ? valueOf(await openDatabase({ root: ROOT, dataDir, config })) : null;
  if (database !== null) parts.defer(() => database.first.close());
  if (seed.length > 0) await seedDatabase(ROOT, dataDir, config, seed);
  prepare?.(dataDir);
  const host = valueOf(
    await openHost({
      ...{ root: ROOT, name, host: "127.0.0.1", port: 0, dataDir, config, code: bundle.code, variables },
      database: database?.address ?? null,
    }),
  );
  parts.defer(() => host.close());
  const open = parts.move();
  return {
    url: host.url,
    pid: host.runtime()?.pid ?? null,
    databasePid: database?.first.runtime()?.pid ?? null,
    dataDir,
    close: () => open.disposeAsync(),
  };
}
