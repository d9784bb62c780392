// The data directory's database, brought up to date before anybody can ask the host anything. The Worker is not needed
// for it, and may not have been built yet. Where somebody else holds the database, it waits a while.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Miniflare } from "miniflare";
import { fail, type Result } from "../../schemas/result.ts";
import { applyMigrations } from "./apply-migrations.ts";
import type { CliFailure } from "../cli-failure.ts";
import { errorCode } from "../error-code.ts";

/** A backup or a check holds a database for a moment; who waits for longer waits for somebody to look. */
const PATIENCE_MS = 30_000;
const AGAIN_MS = 500;

/** Applies what `worker/store/migrations` has and the database, `DB` of `miniflare`, has not; the answer names it. */
export async function migrateDatabase(
  root: string,
  dataDir: string,
  miniflare: Miniflare,
): Promise<Result<readonly string[], CliFailure>> {
  for (const until = performance.now() + PATIENCE_MS; ; await sleep(AGAIN_MS)) {
    try {
      return await applyMigrations(await miniflare.getD1Database("DB"), join(root, "worker", "store", "migrations"));
    } catch (error) {
      if (performance.now() < until) continue;
      const message = `Cannot open the database in "${dataDir}": ${errorCode(error)}, wanted one that nobody else has locked`;
      return fail({ reason: "data_dir_unusable", message });
    }
  }
}
