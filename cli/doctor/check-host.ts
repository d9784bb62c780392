// Whether a host answers, is ready, takes the key and tells the same time. Asks over its public API only.
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { Finding } from "./finding.ts";

const PATIENCE_MS = 5_000;
const MAX_CLOCK_MS = 30_000;

export interface HostToCheck {
  /** Without a slash at its end. */
  readonly url: string;
  /** Whether somebody named the URL: then a host should be there. */
  readonly isNamed: boolean;
  /** Or why there is none. */
  readonly key: Result<string, { readonly message: string }>;
  readonly fetch: typeof fetch;
}

/** Looks at the host; `now` is this machine's clock. */
export async function checkHost(host: HostToCheck, now: () => number): Promise<Finding[]> {
  const name = "host";
  const { url, isNamed } = host;
  const ready = await ask(host, "/readyz");
  if (!ready.ok) {
    if (ready.failure === "ECONNREFUSED") {
      if (isNamed) return [{ name, state: "bad", found: `nothing answers at ${url}`, mend: UNREACHABLE }];
      const mend = "npm start runs one; --url or --data names another";
      return [{ name, state: "note", found: `nothing answers at ${url}, and its port is free`, mend }];
    }
    const found = `what is at ${url} does not speak HTTP, or is out of reach: ${ready.failure}`;
    return [{ name, state: "bad", found, mend: isNamed ? UNREACHABLE : OCCUPIED }];
  }
  const { status, date, text } = ready.value;
  if (!/"status":\s*"(?:not_)?ready"/.test(text)) {
    const found = `what answers at ${url} is no kili-edge: HTTP ${status}`;
    return [{ name, state: "bad", found, mend: isNamed ? UNREACHABLE : OCCUPIED }];
  }
  const isReady = status === 200;
  const found = isReady ? `ready at ${url}` : `not ready: ${text.slice(0, 500)}`;
  const mend = isReady ? null : "the answer says what is missing; migrations are applied by npm start";
  return [
    { name, state: isReady ? "good" : "bad", found, mend },
    checkClock(date, now()),
    host.key.ok ? await checkKey(host, host.key.value) : noKey(host.key.failure.message),
  ];
}

const OCCUPIED = "end what has the port, give npm start another with --port, or name the host with --url";
const UNREACHABLE = "check the URL, the network between here and there, and that the host runs";

function noKey(found: string): Finding {
  return {
    name: "API key",
    state: "bad",
    found,
    mend: "set KILI_EDGE_API_KEY to one that kili-edge keys create printed",
  };
}

function checkClock(date: string | null, now: number): Finding {
  const name = "clock";
  const ahead = date === null ? NaN : now - Date.parse(date);
  if (Number.isNaN(ahead)) return { name, state: "note", found: "the host tells no time", mend: null };
  if (Math.abs(ahead) <= MAX_CLOCK_MS)
    return { name, state: "good", found: "the host's and this one agree", mend: null };
  const found = `this machine is ${Math.round(ahead / 1000)} s ahead of the host`;
  return { name, state: "bad", found, mend: "set both by NTP: retries, keys and signatures go by the clock" };
}

async function checkKey(host: HostToCheck, key: string): Promise<Finding> {
  const name = "API key";
  const answer = await ask(host, "/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": key },
    body: JSON.stringify({ query: "{ viewer { id role } }" }),
  });
  if (!answer.ok) {
    const found = `the host was asked about it and did not answer: ${answer.failure}`;
    return { name, state: "bad", found, mend: "look at the host's log, and try again" };
  }
  const { status, text } = answer.value;
  const role = /"role":"(\w+)"/.exec(text)?.[1];
  if (role !== undefined) return { name, state: "good", found: `the host knows it, as ${role}`, mend: null };
  if (status === 401 || text.includes('"UNAUTHENTICATED"')) {
    const mend = "take one that kili-edge keys create printed, in KILI_EDGE_API_KEY";
    return { name, state: "bad", found: "the host does not take it", mend };
  }
  const found = `the host was asked about it and did not say: HTTP ${status}`;
  return { name, state: "bad", found, mend: "look at the host's log, and try again" };
}

interface Answer {
  readonly status: number;
  readonly date: string | null;
  readonly text: string;
}

/** The answer, or the system's word for why there is none. */
async function ask(host: HostToCheck, path: string, init: RequestInit = {}): Promise<Result<Answer, string>> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await host.fetch(`${host.url}${path}`, { ...init, signal });
    return ok({ status: response.status, date: response.headers.get("date"), text: await response.text() });
  } catch (error) {
    const { cause, name } = error as { cause?: { code?: string; message?: string }; name: string };
    if (name === "TimeoutError") return fail(`no answer in ${PATIENCE_MS / 1000} s`);
    return fail(cause?.code ?? cause?.message ?? name);
  }
}
