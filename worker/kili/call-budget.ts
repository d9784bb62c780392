// Leave to call Kili, as one call or one forwarded operation sees it: asked of the budget that all share, a few calls at
// a time, so that most calls ask nobody.
import type { KiliBudgetRpc } from "../env.ts";
import { KILI_LEASE_MS } from "../limits.ts";
import type { Leases } from "./leases.ts";

export interface CallBudget {
  /** Waits for leave to send one call; false when there is none in time. */
  take(): Promise<boolean>;
  /** Kili wants no call for so long, from anybody. */
  pause(ms: number): Promise<void>;
}

export interface BudgetDeps {
  /** Those of this isolate. */
  readonly leases: Leases;
  readonly shared: KiliBudgetRpc;
  /** Whose calls these are: flows are treated alike. */
  readonly flow: string;
  /** When there is no more use in waiting. */
  readonly until: number;
  readonly now: () => number;
  readonly reportError: (error: unknown) => void;
}

/** The budget of one flow's calls up to a moment. */
export function openCallBudget({ flow, leases, now, reportError, shared, until }: BudgetDeps): CallBudget {
  return {
    async take() {
      if (leases.take(flow, now())) return true;
      const want = leases.wantedBy(flow, now());
      try {
        const granted = await shared.lease(flow, want, until - now());
        if (granted > 0) leases.keep(flow, { size: granted, left: granted - 1, until: now() + KILI_LEASE_MS });
        return granted > 0;
      } catch (error) {
        // Kili counts as well: without our own count, its refusals are what is left to go by.
        reportError(error);
        return true;
      }
    },
    async pause(ms) {
      leases.forgetAll();
      await shared.pause(ms).catch(reportError);
    },
  };
}
