// Brings a host to rest before it is ended: it takes no more events, starts nothing, and what runs may end. It ends
// nothing itself.
import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";
import { orderHost, type SupervisedHost } from "./order-host.ts";
import { parseJson } from "../parse-json.ts";

const POLL_MS = 50;

/** What `POST /supervisor/drain` answers. */
const DrainAnswerSchema = v.object({ runsInFlight: v.number() });

/** Drains until nothing runs; the runs that are left after `graceMs`, null if unknown. */
export async function drainHost(host: SupervisedHost, graceMs: number): Promise<number | null> {
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

async function askToDrain(host: SupervisedHost, signal: AbortSignal): Promise<number | null> {
  try {
    const response = await orderHost(host, "drain", signal);
    const answer = v.safeParse(DrainAnswerSchema, parseJson(await response.text()));
    return answer.success ? answer.output.runsInFlight : null;
  } catch {
    // Being started again: it has forgotten that it is to rest, and is told anew.
    return null;
  }
}
