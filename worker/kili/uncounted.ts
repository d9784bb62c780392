// Leave to call Kili with somebody else's key, whose calls are not this host's to count.
import { KILI_RETRY_MAX_MS } from "../limits.ts";
import type { CallBudget } from "./call-budget.ts";

/** There always is leave, after the pause that Kili wanted of this caller. */
export function uncounted(sleep: (ms: number) => Promise<void>): CallBudget {
  let pauseMs = 0;
  return {
    async take() {
      const waitMs = pauseMs;
      pauseMs = 0;
      if (waitMs > 0) await sleep(waitMs);
      return true;
    },
    async pause(ms) {
      pauseMs = Math.min(ms, KILI_RETRY_MAX_MS);
    },
  };
}
