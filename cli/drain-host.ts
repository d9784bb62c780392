// Brings a host to rest before it is ended: it takes no more events, starts nothing, and what runs may end. It ends
// nothing itself.
import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";
import { parseJson } from "./parse-json.ts";

const POLL_MS = 50;

/** What `POST /supervisor/drain` answers. */
const DrainAnswerSchema = v.object({ runsInFlight: v.number() });

export interface DrainableHost {
  readonly url: string;
  readonly secret: string;
  readonly fetch: typeof fetch;
}

/** Drains until nothing runs; the runs that are left after `graceMs`, null if unknown. */
export async function drainHost(host: DrainableHost, graceMs: number): Promise<number | null> {
  const until = performance.now() + graceMs;
  let left: number | null = null;
  while (performance.now() < until) {
    const before = left;
    left = await askToDrain(host, AbortSignal.timeout(Math.ceil(Math.max(until - performance.now(), 1))));
    // Asked once more: what has ended must also be written down.
    if (left === 0 && before === 0) return 0;
    await sleep(POLL_MS);
  }
  return left;
}

async function askToDrain(host: DrainableHost, signal: AbortSignal): Promise<number | null> {
  try {
    const headers = { authorization: `Bearer ${host.secret}` };
    const response = await host.fetch(`${host.url}/supervisor/drain`, { method: "POST", headers, signal });
    const answer = v.safeParse(DrainAnswerSchema, parseJson(await response.text()));
    return answer.success ? answer.output.runsInFlight : null;
  } catch {
    // Being started again: it has forgotten that it is to rest, and is told anew.
    return null;
  }
}
