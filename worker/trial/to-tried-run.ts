// A run as trials compare it: how it ended, how long it took, and its writes to Kili.
import type { RunCall, RunOutcome } from "../../schemas/run.ts";
import type { TriedRun } from "../../schemas/trial.ts";
import { KILI_ROOT_FIELDS } from "../kili/scopes.ts";

/** `calls` may be those of several attempts. A write that Kili refused, or that an attempt before had made, is none. */
export function toTriedRun(outcome: RunOutcome, wallMs: number, calls: readonly RunCall[]): TriedRun {
  return {
    outcome: outcome.type,
    message: "message" in outcome ? outcome.message : null,
    wallMs,
    writes: calls
      .filter(({ kind, result, target }) => kind === "kili" && WRITTEN.has(result) && isWrite(target))
      .map(({ detail, result, target }) => ({ target, variables: result === "dry_run" ? detail : null })),
  };
}

const WRITTEN: ReadonlySet<RunCall["result"]> = new Set(["ok", "dry_run", "unknown"]);

function isWrite(target: string): boolean {
  const [field = ""] = target.split(", ");
  return KILI_ROOT_FIELDS.get(field)?.access === "write";
}
