// What a tried version would do differently from the one that was live. Pure.
import type { TriedEvent, TriedRun, TriedWrite } from "../../schemas/trial.ts";

/**
 * - `same`: both succeeded with the same writes.
 * - `changed`: both succeeded, with other writes.
 * - `new_failure`: only the tried version failed. `fixed`: only the live one did. `still_failing`: both.
 * - `no_live_run`: there is nothing to compare with, and the tried version succeeded.
 * - `gone`, `not_asked`: it was not tried; see `TriedEvent`.
 */
export type Verdict =
  "same" | "changed" | "new_failure" | "fixed" | "still_failing" | "no_live_run" | "gone" | "not_asked";

export interface Comparison {
  readonly eventId: string;
  readonly verdict: Verdict;
  readonly added: readonly TriedWrite[];
  readonly removed: readonly TriedWrite[];
  readonly live: TriedRun | null;
  readonly trial: TriedRun | null;
}

/** Compares what became of one event. */
export function compareRuns({ eventId, live, status, trial }: TriedEvent): Comparison {
  const { added, removed } =
    trial === null ? { added: [], removed: [] } : compareWrites(live?.writes ?? [], trial.writes);
  const changes = added.length + removed.length;
  return { eventId, verdict: toVerdict(status, live, trial, changes), added, removed, live, trial };
}

function toVerdict(
  status: TriedEvent["status"],
  live: TriedRun | null,
  trial: TriedRun | null,
  changes: number,
): Verdict {
  if (trial === null) return status === "not_asked" ? "not_asked" : "gone";
  if (trial.outcome !== "ok") return live === null || live.outcome === "ok" ? "new_failure" : "still_failing";
  if (live === null) return "no_live_run";
  if (live.outcome !== "ok") return "fixed";
  return changes === 0 ? "same" : "changed";
}

/** A write whose variables were not written down is taken for any to the same target. */
function compareWrites(live: readonly TriedWrite[], tried: readonly TriedWrite[]) {
  const left = [...live];
  const take = (isIt: (write: TriedWrite) => boolean): boolean => {
    const index = left.findIndex(isIt);
    if (index >= 0) left.splice(index, 1);
    return index >= 0;
  };
  const other = tried.filter(
    (write) => !take(({ target, variables }) => target === write.target && variables === write.variables),
  );
  const added = other.filter(
    (write) => !take(({ target, variables }) => target === write.target && variables === null),
  );
  return { added, removed: left };
}
