// The writes among a run's calls, as the API shows them.
import type { RunCall } from "../../schemas/run.ts";

interface RunWrite {
  readonly sentence: string;
  readonly state: "failed" | "from_journal" | "sent" | "unknown" | "withheld";
  readonly operation: string;
  readonly at: number;
}

const STATES = {
  ok: "sent",
  dry_run: "withheld",
  from_journal: "from_journal",
  failed: "failed",
  unknown: "unknown",
} as const satisfies Record<RunCall["result"], RunWrite["state"]>;

/** In the order they were made. A write whose words are not kept is called by its operation. */
export function toRunWrites(calls: readonly RunCall[]): RunWrite[] {
  return calls
    .filter(({ result, write }) => write !== undefined || result === "dry_run")
    .map(({ result, startedAt, target, write }) => ({
      sentence: write ?? target,
      state: STATES[result],
      operation: target,
      at: startedAt,
    }));
}
