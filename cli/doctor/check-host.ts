// Whether a host answers, is ready, takes the key and tells the same time. Asks over its public API only.
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { HostAccess } from "../api/register-plugin.ts";
import type { Finding } from "./finding.ts";

const PATIENCE_MS = 5_000;
const MAX_CLOCK_MS = 30_000;

/** Looks at the host; `now` is this machine's clock. */
export async function checkHost(host: HostAccess, now: () => number): Promise<Finding[]> {
  const name = "host";
  const ready = await ask(host, "/readyz");
  if (!ready.ok) {
    if (ready.failure === "ECONNREFUSED") {
      const mend = "npm start runs one; --url or --data names another";
      return [{ name, state: "note", found: `nothing answers at ${host.url}, and its port is free`, mend }];
    }
    const found = `what is at ${host.url} does not speak HTTP, or is out of reach: ${ready.failure}`;
    return [{ name, state: "bad", found, mend: OCCUPIED }];
  }
  const { status, headers } = ready.value;
  const text = (await ready.value.text().catch(() => "")).slice(0, 500);
  if (!/"status":\s*"(?:not_)?ready"/.test(text)) {
    return [
      { name, state: "bad", found: `what answers at ${host.url} is no kili-edge: HTTP ${status}`, mend: OCCUPIED },
    ];
  }
  const isReady = status === 200;
  const found = isReady ? `ready at ${host.url}` : `not ready: ${text}`;
  const mend = isReady ? null : "the answer says what is missing; migrations are applied by npm start";
  return [
    { name, state: isReady ? "good" : "bad", found, mend },
    checkClock(headers.get("date"), now()),
    await checkKey(host),
  ];
}

const OCCUPIED = "end what has the port, give npm start another with --port, or name the host with --url";

function checkClock(date: string | null, now: number): Finding {
  const name = "clock";
  const ahead = date === null ? NaN : now - Date.parse(date);
  if (Number.isNaN(ahead)) return { name, state: "note", found: "the host tells no time", mend: null };
  if (Math.abs(ahead) <= MAX_CLOCK_MS)
    return { name, state: "good", found: "the host's and this one agree", mend: null };
  const found = `this machine is ${Math.round(ahead / 1000)} s ahead of the host`;
  return { name, state: "bad", found, mend: "set both by NTP: retries, keys and signatures go by the clock" };
}

async function checkKey(host: HostAccess): Promise<Finding> {
  const name = "API key";
  const answer = await ask(host, "/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": host.adminKey },
    body: JSON.stringify({ query: "{ viewer { id role } }" }),
  });
  const role = /"role":"(\w+)"/.exec(answer.ok ? await answer.value.text() : "")?.[1];
  if (role !== undefined) return { name, state: "good", found: `the host knows it, as ${role}`, mend: null };
  const mend = "take one that kili-edge keys create printed, in KILI_EDGE_API_KEY";
  return { name, state: "bad", found: "the host does not take it", mend };
}

/** The answer, or the system's word for why there is none. */
async function ask(host: HostAccess, path: string, init: RequestInit = {}): Promise<Result<Response, string>> {
  try {
    return ok(await host.fetch(`${host.url}${path}`, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) }));
  } catch (error) {
    const { cause, name } = error as { cause?: { code?: string }; name: string };
    return fail(cause?.code ?? name);
  }
}
