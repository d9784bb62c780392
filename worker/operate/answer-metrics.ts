// `GET /metrics`: for whoever scrapes this host. Takes METRICS_KEY, which opens nothing else, or any valid API key; who
// the holder of the latter is was found out before.
import type { AuthenticationFailure, Principal } from "../../schemas/principal.ts";
import type { Result } from "../../schemas/result.ts";
import type { Env } from "../env.ts";
import { metricsKeys } from "../env.ts";
import { equalSecrets } from "../equal-secrets.ts";
import { FAILED_ATTEMPTS_PAUSE_MS } from "../limits.ts";
import { listTotals } from "../store/list-totals.ts";
import { encodeOpenMetrics, OPENMETRICS_TYPE } from "./encode-openmetrics.ts";
import { readHostStatus } from "./read-host-status.ts";
import { toCounterFamilies } from "./to-counter-families.ts";
import { toGaugeFamilies } from "./to-gauge-families.ts";

interface Asker {
  /** Whose API key the request bears. Asked only if it does not bear the key for metrics. */
  readonly findSender: () => Promise<Result<Principal, AuthenticationFailure>>;
  readonly now: number;
}

const REFUSED = 'Cannot show metrics: no valid key, wanted the header "Authorization: Bearer <METRICS_KEY or API key>"';

const TOO_MANY =
  "Cannot show metrics: too many attempts with unknown keys came from this address, wanted a pause of a minute";

/** The metrics, or 401; 429 for whoever guesses keys. */
export async function answerMetrics(request: Request, env: Env, { findSender, now }: Asker): Promise<Response> {
  if (!hasMetricsKey(request, env)) {
    const sender = await findSender();
    if (!sender.ok && sender.failure === "too_many_attempts") {
      const headers = { "retry-after": String(FAILED_ATTEMPTS_PAUSE_MS / 1_000) };
      return Response.json({ error: { code: sender.failure, message: TOO_MANY } }, { status: 429, headers });
    }
    if (!sender.ok) return Response.json({ error: { code: "wrong_key", message: REFUSED } }, { status: 401 });
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
