// What one attempt says about its plugin. Pure.
import type { RunOutcome } from "../../schemas/run.ts";

/** `neither`: it says something about the event or the manifest, which waiting does not mend. */
export type BreakerVerdict = "works" | "fails" | "neither";

/** Errors with which a run ends by its author's decision, or for want of a permission. */
const DECIDED: ReadonlySet<string> = new Set(["GiveUp", "NotCapable", "RetryLater"]);

/** Whether an attempt that ended so counts for or against its plugin. */
export function breakerVerdict(outcome: RunOutcome): BreakerVerdict {
  switch (outcome.type) {
    case "ok":
      return "works";
    case "threw":
      // What is never to be tried again was the author's decision, or an event that no handler can be called with.
      return DECIDED.has(outcome.name) || outcome.retry?.type === "never" ? "neither" : "fails";
    case "cpu_limit":
    case "timeout":
    case "memory_limit":
    case "subrequest_limit":
    case "result_limit":
    case "load_failed":
    case "lost":
      return "fails";
  }
}
