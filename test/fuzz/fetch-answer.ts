// One request to a host that is being fuzzed: answered in time, never by a failure of the host's own.

const PATIENCE_MS = 30_000;

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** The answer. Throws when there is none in time, or one that says that the host failed. */
export async function fetchAnswer(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) });
  const text = await response.text();
  if (response.status >= 500) throw new Error(`answered ${response.status}: ${text.slice(0, 500)}`);
  return { status: response.status, text };
}
