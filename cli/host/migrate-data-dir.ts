// The data directory's database, brought up to date before anybody can ask the host anything. It opens the
// database alone: the Worker is not needed for it, and may not have been built yet. Where somebody else holds the
// database, it waits a while.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { V4WorkerOptionsShape } from "miniflare";
import type { Unstable_MiniflareWorkerOptions as WorkerConfig } from "wrangler";
import { fail, type Result } from "../../schemas/result.ts";
import { applyMigrations } from "./apply-migrations.ts";
import type { CliFailure } from "../cli-failure.ts";
import { errorCode } from "../error-code.ts";
import { startMiniflare } from "./start-miniflare.ts";

/** A backup or a check holds a database for a moment; who waits for longer waits for somebody to look. */
const PATIENCE_MS = 30_000;
const AGAIN_MS = 500;

/** Applies what `worker/store/migrations` has and the database has not; the answer names it. */
export async function migrateDataDir(
  root: string,
  dataDir: string,
  config: WorkerConfig,
): Promise<Result<readonly string[], CliFailure>> {
  const { d1Databases = {} } = config.workerOptions as Pick<V4WorkerOptionsShape, "d1Databases">;
  const miniflare = startMiniflare(root, dataDir, { modules: true, script: "export default {}", d1Databases });
  try {
    for (const until = performance.now() + PATIENCE_MS; ; await sleep(AGAIN_MS)) {
      try {
        return await applyMigrations(await miniflare.getD1Database("DB"), join(root, "worker", "store", "migrations"));
      } catch (error) {
        if (performance.now() < until) continue;
        const message = `Cannot open the database in "${dataDir}": ${errorCode(error)}, wanted one that nobody else has locked`;
        return fail({ reason: "data_dir_unusable", message });
      }
    }
  } finally {
    await miniflare.dispose();
  }
}
