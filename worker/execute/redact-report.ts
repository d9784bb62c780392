// A run's report with secrets taken out of every word that the plugin, or somebody it talked to, has written.
import type { RunOutcome, RunReport } from "../../schemas/run.ts";
import type { Hide } from "./create-hide.ts";

/** The report as it may be written down. */
export function redactReport(report: RunReport, hide: Hide): RunReport {
  return {
    ...report,
    outcome: redactOutcome(report.outcome, hide),
    logs: report.logs.map((line) => ({ ...line, content: hide(line.content) })),
    calls: report.calls.map((call) => ({
      ...call,
      target: hide(call.target),
      detail: call.detail === null ? null : hide(call.detail),
      ...(call.write && { write: hide(call.write) }),
    })),
    refusals: report.refusals.map((refusal) => ({ ...refusal, wanted: hide(refusal.wanted) })),
  };
}

function redactOutcome(outcome: RunOutcome, hide: Hide): RunOutcome {
  switch (outcome.type) {
    case "ok":
      return outcome.result === null ? outcome : { ...outcome, result: hide(outcome.result) };
    case "threw": {
      const { name, message, stack } = outcome;
      return { ...outcome, name: hide(name), message: hide(message), stack: stack === null ? null : hide(stack) };
    }
    case "load_failed":
    case "lost":
    case "memory_limit":
      return { ...outcome, message: hide(outcome.message) };
    case "cpu_limit":
    case "result_limit":
    case "subrequest_limit":
    case "timeout":
      return outcome;
  }
}
