// The host under bench: the Worker of wrangler.toml as `npm start` runs it, with the bench's plugins registered.
import { join } from "node:path";
import { openIngress } from "../cli/ingress/open-ingress.ts";
import { registerPlugin } from "../cli/api/register-plugin.ts";
import type { Artifact } from "../schemas/artifact.ts";
import { databaseFile, openHistory, type History } from "./history.ts";
import { openWorker, ROOT, type OpenWorker } from "./open-worker.ts";
import { valueOf } from "./value-of.ts";
import { WEBHOOK_HEADERS, WEBHOOK_SECRET } from "./webhook.ts";

export const ADMIN_API_KEY = "bench-admin-key";
const STORE_SECRET = "bench-store-secret";
const SUPERVISOR_SECRET = "bench-supervisor-secret";

export interface BenchHost extends OpenWorker {
  /** Of the processes that make it: its ingress is in this one, as it is in that of the command. */
  readonly pids: readonly (number | null)[];
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
  const keys = { WEBHOOK_SECRET, ADMIN_API_KEY, KILI_API_KEY: "", STORE_SECRET, ENVIRONMENT: "production" };
  const variables = { ...keys, SUPERVISOR_SECRET };
  const worker = await openWorker(join(ROOT, "wrangler.toml"), { variables, seed, ...(prepare && { prepare }) });
  const ingress = await openIngress({
    ...{ host: "127.0.0.1", port: 0, runtimePort: Number(new URL(worker.url).port) },
    ...{ secret: SUPERVISOR_SECRET, clientAddressHeader: "" },
  });
  const url = `http://127.0.0.1:${ingress.port}`;
  const close = async (): Promise<void> => {
    await ingress.close();
    await worker.close();
  };
  const register = async (artifact: Artifact): Promise<void> => {
    const access = { url, adminKey: ADMIN_API_KEY, fetch };
    const { status, message } = valueOf(await registerPlugin(access, { status: "built", artifact }));
    if (status === "failed") throw new Error(`Cannot register "${artifact.manifest.name}": ${message}`);
  };
  try {
    for (const artifact of plugins) await register(artifact);
    const history = openHistory(databaseFile(worker.dataDir));
    return {
      ...worker,
      url,
      pids: [worker.pid, worker.databasePid, process.pid],
      webhook: { url: `${url}/webhook`, headers: WEBHOOK_HEADERS },
      history,
      register,
      async close() {
        history.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
