// Opens a Worker the way `npm start` opens the host: same bundler, same Miniflare, same kind of socket, storage on
// disk in a directory of its own. It builds nothing.
import { mkdtemp, mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import * as v from "valibot";
import { bundleWorker } from "../cli/build/bundle-worker.ts";
import { migrateDataDir } from "../cli/host/migrate-data-dir.ts";
import { openHost } from "../cli/host/open-host.ts";
import type { Artifact } from "../schemas/artifact.ts";
import { childPids } from "./child-pids.ts";
import { valueOf } from "./value-of.ts";
import { seedDatabase } from "./workers/seed-database.ts";

const NamedConfigSchema = v.object({ name: v.string(), main: v.string() });

export const ROOT = resolve(import.meta.dirname, "..");
/** Beside the results and not in the system's temporary directory, which may be memory: a journal needs a disk. */
const DATA = join(ROOT, "bench", "results");

export interface OpenWorker {
  readonly url: string;
  /** Of its workerd; null where that cannot be found out. */
  readonly pid: number | null;
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
  try {
    const { d1Databases = {} } = config.workerOptions as { d1Databases?: object };
    if (Object.keys(d1Databases).length > 0) valueOf(await migrateDataDir(ROOT, dataDir, config));
    if (seed.length > 0) await seedDatabase(ROOT, dataDir, config, seed);
    prepare?.(dataDir);
    const before = await childPids("workerd");
    const host = valueOf(
      await openHost({
        root: ROOT,
        name,
        host: "127.0.0.1",
        port: 0,
        dataDir,
        config,
        code: bundle.code,
        variables,
      }),
    );
    const [pid = null] = (await childPids("workerd")).filter((child) => !before.includes(child));
    return {
      url: host.url,
      pid,
      dataDir,
      async close() {
        await host.close();
        await rm(dataDir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
}
