// The host that is fuzzed: the real Worker on workerd, as `npm start` runs it, without anybody else's keys.
import { join } from "node:path";
import { openWorker, ROOT, type OpenWorker } from "../../bench/open-worker.ts";
import type { FuzzHost } from "./fuzz-target.ts";

/** Opens it on a data directory of its own. */
export async function openFuzzHost(): Promise<FuzzHost & Pick<OpenWorker, "close">> {
  const adminKey = "fuzz-admin-key";
  const webhookSecret = "fuzz-webhook-secret";
  const variables = {
    ADMIN_API_KEY: adminKey,
    WEBHOOK_SECRET: webhookSecret,
    STORE_SECRET: "fuzz-store-secret",
    KILI_API_KEY: "",
    ENVIRONMENT: "production",
  };
  const worker = await openWorker(join(ROOT, "wrangler.toml"), { variables });
  return { url: worker.url, adminKey, webhookSecret, close: () => worker.close() };
}
