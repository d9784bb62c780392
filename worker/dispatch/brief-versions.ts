// Knows the plugin versions whose runs are over at once and ask nothing of anybody. Those may be called several at a
// time: when such a call breaks, nobody knows which of its runs did it. Pure bookkeeping.
import type { RunReport } from "../../schemas/run.ts";

/** Nothing that a run waits for comes back sooner than this on a busy host, or much later. */
const BRIEF_RUN_MS = 50;
/** Runs in a row that must have been brief before they count on. */
const PROOF_RUNS = 8;

export class BriefVersions {
  readonly #briefInARow = new Map<string, number>();

  has(versionId: string): boolean {
    return (this.#briefInARow.get(versionId) ?? 0) >= PROOF_RUNS;
  }

  /** Learns of a run that has ended. */
  ended(versionId: string, { outcome, calls, wallMs }: Pick<RunReport, "calls" | "outcome" | "wallMs">): void {
    const isBrief = outcome.type === "ok" && calls.length === 0 && wallMs <= BRIEF_RUN_MS;
    const before = this.#briefInARow.get(versionId) ?? 0;
    this.#briefInARow.set(versionId, isBrief ? Math.min(before + 1, PROOF_RUNS) : 0);
  }
}
