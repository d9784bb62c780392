// `GET /metrics`: for whoever scrapes this host. Takes METRICS_KEY, which opens nothing else, or any valid API key; who
// the holder of the latter is was found out before.
import type { Env } from "../env.ts";
import { metricsKeys } from "../env.ts";
import { equalSecrets } from "../equal-secrets.ts";
import { listTotals } from "../store/list-totals.ts";
import { encodeOpenMetrics, OPENMETRICS_TYPE } from "./encode-openmetrics.ts";
import { readHostStatus } from "./read-host-status.ts";
import { toCounterFamilies } from "./to-counter-families.ts";
import { toGaugeFamilies } from "./to-gauge-families.ts";

interface Asker {
  /** Whether the request bears a valid API key. Asked only if it does not bear the key for metrics. */
  readonly hasApiKey: () => Promise<boolean>;
  readonly now: number;
}

const REFUSED = 'Cannot show metrics: no valid key, wanted the header "Authorization: Bearer <METRICS_KEY or API key>"';

/** The metrics, or 401. */
export async function answerMetrics(request: Request, env: Env, { hasApiKey, now }: Asker): Promise<Response> {
  if (!hasMetricsKey(request, env) && !(await hasApiKey())) {
    return Response.json({ error: { code: "wrong_key", message: REFUSED } }, { status: 401 });
  }
  const [totals, status] = await Promise.all([listTotals(env.DB), readHostStatus(env, now)]);
  const text = encodeOpenMetrics([...toCounterFamilies(totals), ...toGaugeFamilies(status, now)]);
  return new Response(text, { headers: { "content-type": OPENMETRICS_TYPE, "cache-control": "no-store" } });
}

function hasMetricsKey(request: Request, env: Env): boolean {
  const given = /^Bearer\s+(\S+)\s*$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (given === undefined) return false;
  // Each is compared, so that the time it takes does not tell which one matched.
  return metricsKeys(env)
    .map((key) => equalSecrets(given, key))
    .includes(true);
}
