// Whether a lost write can have made what Kili has, by when that came. Says nothing of what it holds.
import { KILI_CALL_MS, KILI_CLOCK_SKEW_MS, WRITE_SETTLE_MS } from "../limits.ts";
import type { LostWrite } from "./lost-write.ts";

export interface Made {
  readonly id: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** True for what came when Kili can have been at the write, and that no other write is known to have made. */
export function mayHaveMade({ made, sentAt }: LostWrite, { id, createdAt }: Made): boolean {
  const at = Date.parse(createdAt);
  const first = sentAt - KILI_CLOCK_SKEW_MS;
  const last = sentAt + KILI_CALL_MS + WRITE_SETTLE_MS + KILI_CLOCK_SKEW_MS;
  return at >= first && at <= last && !made.some((answer) => answer.includes(JSON.stringify(id)));
}
