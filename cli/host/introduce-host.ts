// What a newcomer reads when the host is up: where it is, where the secrets are, what to try. It never
// prints a secret.
import type { RunningHost } from "./start.ts";
import { DEV_VARS_FILE } from "./read-dev-vars.ts";

/** The lines that introduce a running host. `defaultData` is the directory that `send` looks into by itself. */
export function introduceHost(host: RunningHost, defaultData: string, startMs: number): string {
  const made = host.madeUp.includes("WEBHOOK_SECRET") ? ", made just now" : "";
  const endpoint = host.variables["KILI_API_ENDPOINT"];
  const connected = Boolean(host.variables["KILI_API_KEY"]);
  return [
    `kili-edge is running at ${host.url} (started in ${(startMs / 1000).toFixed(1)} s)`,
    "",
    `  pages    ${host.url}/  (sign in with the ADMIN_API_KEY)`,
    `  webhook  POST ${host.url}/webhook`,
    `           Authorization: the WEBHOOK_SECRET in ${DEV_VARS_FILE}${made}`,
    `  API      ${host.url}/api/label/v2/graphql`,
    `           X-API-Key: the ADMIN_API_KEY in ${DEV_VARS_FILE}${made}`,
    connected
      ? `  Kili     connected${endpoint ? ` to ${endpoint}` : ""}: plugins read and write there`
      : `  Kili     not connected: writes are dry runs, reads are refused; set KILI_API_KEY in ${DEV_VARS_FILE}`,
    `  data     ${host.dataDir}`,
    "",
    `Try, in another terminal:  npm run send -- onSubmit${host.dataDir === defaultData ? "" : ` --url ${host.url}`}`,
  ].join("\n");
}
