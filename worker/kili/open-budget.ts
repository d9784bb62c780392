// The budget of calls to Kili for a flow of this isolate.
import type { Env } from "../env.ts";
import { log } from "../log.ts";
import { openCallBudget, type CallBudget } from "./call-budget.ts";
import { Leases } from "./leases.ts";

/** Shared by all flows of the isolate. */
const leases = new Leases();

/** The calls of `flow`, which wait for leave until `until` at most. */
export function openBudget(env: Env, flow: string, until: number): CallBudget {
  return openCallBudget({
    flow,
    leases,
    until,
    shared: env.KILI_BUDGET.get(env.KILI_BUDGET.idFromName("kili")),
    now: () => Date.now(),
    reportError: (error) => log("error", "calls to Kili could not be counted", { error }),
  });
}
