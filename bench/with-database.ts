// The database of a data directory, opened alone while no host runs on it.
import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4WorkerOptionsShape } from "miniflare";
import { unstable_getMiniflareWorkerOptions as readWorkerOptions } from "wrangler";

/** Hands the database to `work` and closes it. */
export async function withDatabase(
  configFile: string,
  dataDir: string,
  work: (db: D1Database) => Promise<void>,
): Promise<void> {
  const { d1Databases = {} } = readWorkerOptions(configFile).workerOptions as Pick<V4WorkerOptionsShape, "d1Databases">;
  const converted = convertV4MiniflareOptions({
    log: new Log(LogLevel.WARN),
    host: "127.0.0.1",
    port: 0,
    cf: false,
    telemetry: { enabled: false },
    workers: [{ modules: true, script: "export default {}", d1Databases }],
  });
  const miniflare = new Miniflare({ ...converted, resourcePersistencePath: join(dataDir, "v3") });
  try {
    await work(await miniflare.getD1Database("DB"));
  } finally {
    await miniflare.dispose();
  }
}
