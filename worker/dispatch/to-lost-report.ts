// The report of a run that nobody reported on.
import type { RunReport } from "../../schemas/run.ts";

/** A report that knows nothing of its run but why it is `lost`: its times are 0 or null. */
export function toLostReport(message: string): RunReport {
  const nothing = { logs: [], calls: [], refusals: [], wallMs: 0, cpuMs: null, coldStart: null };
  return { outcome: { type: "lost", message }, ...nothing };
}
