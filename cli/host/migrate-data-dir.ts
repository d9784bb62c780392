// The data directory's database, brought up to date before anybody can ask the host anything. It opens the
// database alone: the Worker is not needed for it, and may not have been built yet.
import { join } from "node:path";
import type { V4WorkerOptionsShape } from "miniflare";
import type { Unstable_MiniflareWorkerOptions as WorkerConfig } from "wrangler";
import type { Result } from "../../schemas/result.ts";
import { applyMigrations } from "./apply-migrations.ts";
import type { CliFailure } from "../cli-failure.ts";
import { startMiniflare } from "./start-miniflare.ts";

/** Applies what `worker/store/migrations` has and the database has not; the answer names it. */
export async function migrateDataDir(
  root: string,
  dataDir: string,
  config: WorkerConfig,
): Promise<Result<readonly string[], CliFailure>> {
  const { d1Databases = {} } = config.workerOptions as Pick<V4WorkerOptionsShape, "d1Databases">;
  const miniflare = startMiniflare(root, dataDir, { modules: true, script: "export default {}", d1Databases });
  try {
    return await applyMigrations(await miniflare.getD1Database("DB"), join(root, "worker", "store", "migrations"));
  } finally {
    await miniflare.dispose();
  }
}
