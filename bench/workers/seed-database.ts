// Puts plugins into the database of a data directory while no host runs on it.
import { join } from "node:path";
import type { Unstable_MiniflareWorkerOptions as WorkerConfig } from "wrangler";
import { bundleWorker } from "../../cli/build/bundle-worker.ts";
import { openHost } from "../../cli/host/open-host.ts";
import type { Artifact } from "../../schemas/artifact.ts";
import { valueOf } from "../value-of.ts";

const AT_ONCE = 100;

/** Runs bench/workers/seed.ts on the database that `config` names. */
export async function seedDatabase(
  root: string,
  dataDir: string,
  config: WorkerConfig,
  artifacts: readonly Artifact[],
): Promise<void> {
  const main = join(import.meta.dirname, "seed.ts");
  const { code } = valueOf(await bundleWorker({ root, main, define: {}, sourceMap: false }));
  // Of all that the host is bound to, its database alone.
  const { compatibilityDate, d1Databases } = config.workerOptions as Record<string, unknown>;
  const workerOptions = { compatibilityDate, d1Databases } as WorkerConfig["workerOptions"];
  const name = "kili-edge-bench-seed";
  const place = { root, name, host: "127.0.0.1", port: 0, dataDir };
  const options = { ...place, config: { ...config, workerOptions }, code, variables: {}, database: null };
  const worker = valueOf(await openHost(options));
  try {
    for (let i = 0; i < artifacts.length; i += AT_ONCE) {
      const body = JSON.stringify(artifacts.slice(i, i + AT_ONCE));
      const answer = await fetch(worker.url, { method: "PUT", body });
      if (!answer.ok) throw new Error(`Cannot seed the database: ${answer.status} ${await answer.text()}`);
    }
  } finally {
    await worker.close();
  }
}
