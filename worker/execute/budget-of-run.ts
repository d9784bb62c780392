// Leave to call Kili for as long as a run is on: what has waited for it is not sent once its run is over, when a next
// attempt may already be at the same write.
import type { CallBudget } from "../kili/call-budget.ts";
import type { DoorRun } from "./door-run.ts";

/** Less waiting than this is none: the run was on when the call began. */
const MIN_WAIT_MS = 100;

/** The budget as a call of `run` sees it. */
export function budgetOfRun(budget: CallBudget, run: Pick<DoorRun, "isUnderWay">, now: () => number): CallBudget {
  return {
    async take() {
      const askedAt = now();
      if (!(await budget.take())) return false;
      return now() - askedAt < MIN_WAIT_MS || run.isUnderWay();
    },
    pause: (ms) => budget.pause(ms),
  };
}
