// Whether Kili can be reached from this machine, and takes the key. Sends one question, about the key's own user.
import type { Finding } from "./finding.ts";

const KILI_CLOUD = "https://cloud.kili-technology.com/api/label/v2/graphql";
const PATIENCE_MS = 10_000;

export interface KiliSettings {
  readonly endpoint: string | undefined;
  readonly apiKey: string | undefined;
}

/** Asks Kili who the key belongs to; nothing is asked without a key. */
export async function checkKili({ endpoint, apiKey }: KiliSettings, ask: typeof fetch): Promise<Finding[]> {
  const key = apiKey?.trim();
  if (!key) return [];
  const url = endpoint || KILI_CLOUD;
  const name = "Kili";
  try {
    const response = await ask(url, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `X-API-Key: ${key}` },
      body: JSON.stringify({ query: "{ viewer { id } }" }),
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const known = response.ok && /"id":"/.test((await response.text()).slice(0, 10_000));
    if (known) return [{ name, state: "good", found: `answers at ${url} and takes the key`, mend: null }];
    const mend = "make a new key in Kili's settings, or check KILI_API_ENDPOINT";
    return [{ name, state: "bad", found: `${url} answers ${response.status} and does not take the key`, mend }];
  } catch (error) {
    const mend = "check the network, a proxy, and KILI_API_ENDPOINT";
    return [{ name, state: "bad", found: `${url} cannot be reached: ${reasonOf(error)}`, mend }];
  }
}

function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: string } };
  return cause?.code ?? (error as Error).name;
}
