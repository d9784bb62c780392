// A run's outcome as the API shows it: one shape for all types, and a sentence for people.
import type { OutcomeType, RunOutcome, SourcePosition } from "../../schemas/run.ts";

export interface RunOutcomeAnswer {
  readonly type: OutcomeType;
  readonly message: string;
  readonly name?: string;
  readonly stack?: string | null;
  readonly where?: SourcePosition | null;
  readonly retryAfterMs?: number | null;
  readonly limit?: number;
  readonly result?: string | null;
}

/** Converts each outcome, saying only what it holds. */
export function toRunOutcome(outcome: RunOutcome): RunOutcomeAnswer {
  const { type } = outcome;
  switch (type) {
    case "ok":
      return { type, message: "Returned", result: outcome.result };
    case "threw":
      return {
        type,
        message: `${outcome.name}: ${outcome.message}`,
        name: outcome.name,
        stack: outcome.stack,
        retryAfterMs: outcome.retry?.type === "after" ? outcome.retry.ms : null,
      };
    case "cpu_limit":
      return {
        type,
        message: `Used more than ${outcome.limitMs} ms of CPU time${atPlace(outcome.where)}`,
        limit: outcome.limitMs,
        where: outcome.where,
      };
    case "timeout":
      return { type, message: `Was not done after ${outcome.limitMs} ms`, limit: outcome.limitMs };
    case "memory_limit":
      return { type, message: outcome.message };
    case "subrequest_limit":
      return { type, message: `Made more than ${outcome.limit} calls`, limit: outcome.limit };
    case "result_limit":
      return {
        type,
        message: `Returned ${outcome.bytes} bytes, at most ${outcome.limitBytes}`,
        limit: outcome.limitBytes,
      };
    case "load_failed":
    case "lost":
      return { type, message: outcome.message };
    default:
      return outcome satisfies never;
  }
}

function atPlace(where: SourcePosition | null): string {
  return where ? `, at ${where.file}:${where.line}:${where.column}` : "";
}
