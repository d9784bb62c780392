// The data directory's database, brought up to date before anybody can ask the host anything. It opens the
// database alone: the Worker is not needed for it, and may not have been built yet.
import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4WorkerOptionsShape } from "miniflare";
import type { Unstable_MiniflareWorkerOptions as WorkerConfig } from "wrangler";
import type { Result } from "../schemas/result.ts";
import { applyMigrations } from "./apply-migrations.ts";
import type { CliFailure } from "./cli-failure.ts";
import { watchOverWorkerd } from "./watch-over-workerd.ts";

/** Applies what `worker/store/migrations` has and the database has not; the answer names it. */
export async function migrateDataDir(
  root: string,
  dataDir: string,
  config: WorkerConfig,
): Promise<Result<readonly string[], CliFailure>> {
  watchOverWorkerd(root);
  const { d1Databases = {} } = config.workerOptions as Pick<V4WorkerOptionsShape, "d1Databases">;
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
    return await applyMigrations(await miniflare.getD1Database("DB"), join(root, "worker", "store", "migrations"));
  } finally {
    await miniflare.dispose();
  }
}
