// Which ends of a run leave no isolate behind that another could use.
import type { RunReport } from "../../schemas/run.ts";

/** Whether the isolate is gone or never came to be: its name would only bring the failure back. */
export function losesIsolate({ outcome }: Pick<RunReport, "outcome">): boolean {
  return outcome.type === "memory_limit" || outcome.type === "load_failed" || outcome.type === "lost";
}
