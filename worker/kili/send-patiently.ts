// Sends again what failed in passing: too many requests, or a server that is away. Which operations may be sent twice
// is the caller's to say.
import type { Result } from "../../schemas/result.ts";
import { KILI_RETRY_BASE_MS, KILI_RETRY_MAX_MS } from "../limits.ts";

interface Patience {
  /** Sends, the first included. */
  readonly most: number;
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 up to but not 1. */
  readonly random: () => number;
}

/** As far as it matters here: whether to try again, and when. */
interface SendFailureLike {
  readonly reason: string;
  readonly status?: number;
  readonly retryAfterMs?: number | null;
}

/** Statuses that pass. */
export const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** The first answer that is good or final, or the last one. */
export async function sendPatiently<Value, Failure extends SendFailureLike>(
  send: () => Promise<Result<Value, Failure>>,
  { most, sleep, random }: Patience,
): Promise<Result<Value, Failure>> {
  for (let sent = 1; ; sent += 1) {
    const answer = await send();
    if (answer.ok || sent >= most || !isPassing(answer.failure)) return answer;
    const backoff = KILI_RETRY_BASE_MS * 2 ** (sent - 1) * (0.5 + random() / 2);
    await sleep(Math.min(Math.max(backoff, answer.failure.retryAfterMs ?? 0), KILI_RETRY_MAX_MS));
  }
}

function isPassing({ reason, status }: SendFailureLike): boolean {
  return reason === "unreachable" || (status !== undefined && RETRYABLE.has(status));
}
