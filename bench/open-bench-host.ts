// The host under bench: the Worker of wrangler.toml as `npm start` runs it, with the bench's plugins registered.
import { join } from "node:path";
import { registerPlugin } from "../cli/api/register-plugin.ts";
import type { Artifact } from "../schemas/artifact.ts";
import { databaseFile, openHistory, type History } from "./history.ts";
import { openWorker, ROOT, type OpenWorker } from "./open-worker.ts";
import { valueOf } from "./value-of.ts";
import { WEBHOOK_HEADERS, WEBHOOK_SECRET } from "./webhook.ts";

export const ADMIN_API_KEY = "bench-admin-key";
const STORE_SECRET = "bench-store-secret";

export interface BenchHost extends OpenWorker {
  readonly webhook: { readonly url: string; readonly headers: Readonly<Record<string, string>> };
  readonly history: History;
  register(artifact: Artifact): Promise<void>;
}

/** Opens a host on a data directory of its own: `plugins` go through its registry, `seed` was in its database before. */
export async function openBenchHost(
  plugins: readonly Artifact[],
  seed: readonly Artifact[] = [],
  prepare?: (dataDir: string) => void,
): Promise<BenchHost> {
  // A key for Kili that this machine may have is not for the bench.
  const variables = { WEBHOOK_SECRET, ADMIN_API_KEY, KILI_API_KEY: "", STORE_SECRET, ENVIRONMENT: "production" };
  const worker = await openWorker(join(ROOT, "wrangler.toml"), { variables, seed, ...(prepare && { prepare }) });
  const register = async (artifact: Artifact): Promise<void> => {
    const access = { url: worker.url, adminKey: ADMIN_API_KEY, fetch };
    const { status, message } = valueOf(await registerPlugin(access, { status: "built", artifact }));
    if (status === "failed") throw new Error(`Cannot register "${artifact.manifest.name}": ${message}`);
  };
  try {
    for (const artifact of plugins) await register(artifact);
    const history = openHistory(databaseFile(worker.dataDir));
    return {
      ...worker,
      webhook: { url: `${worker.url}/webhook`, headers: WEBHOOK_HEADERS },
      history,
      register,
      async close() {
        history.close();
        await worker.close();
      },
    };
  } catch (error) {
    await worker.close();
    throw error;
  }
}
