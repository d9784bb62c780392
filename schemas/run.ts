// How a run ended, in one closed union, and what it left behind. Times are in milliseconds.
import * as v from "valibot";

const Count = v.pipe(v.number(), v.minValue(0));

/** Where in the author's sources something happened. Counts from 1. */
export const SourcePositionSchema = v.pipe(v.object({ file: v.string(), line: Count, column: Count }), v.readonly());
export type SourcePosition = v.InferOutput<typeof SourcePositionSchema>;

/** What whoever failed says about the next attempt: not before `ms` milliseconds have passed, or never. */
export const RetryAdviceSchema = v.pipe(
  v.variant("type", [
    v.object({ type: v.literal("after"), ms: v.pipe(Count, v.maxValue(Number.MAX_SAFE_INTEGER)) }),
    v.object({ type: v.literal("never") }),
  ]),
  v.readonly(),
);
export type RetryAdvice = v.InferOutput<typeof RetryAdviceSchema>;

/** What a handler threw. `retry` is what the error says about trying again. */
export const ThrewSchema = v.pipe(
  v.object({
    type: v.literal("threw"),
    name: v.string(),
    message: v.string(),
    stack: v.nullable(v.string()),
    retry: v.optional(RetryAdviceSchema),
  }),
  v.readonly(),
);
export type Threw = v.InferOutput<typeof ThrewSchema>;

/**
 * How one attempt ended. A run always ends in exactly one of these.
 *
 * - `ok`: the handler returned.
 * - `threw`: the handler threw; `stack` is mapped to the author's files, `retry` is there when the error says it.
 * - `cpu_limit`: it used more CPU time than declared; `where` is the line that was running.
 * - `timeout`: it was not done after its wall time, and was cancelled.
 * - `memory_limit`: the platform ended it for its memory, or its interpreter had no more.
 * - `subrequest_limit`: it asked for more Kili calls and fetches than declared.
 * - `result_limit`: it returned more than the host keeps.
 * - `load_failed`: the artifact could not be loaded into an isolate.
 * - `lost`: the process or isolate died under it.
 */
export const RunOutcomeSchema = v.pipe(
  v.variant("type", [
    v.object({ type: v.literal("ok"), result: v.nullable(v.string()) }),
    ThrewSchema,
    v.object({ type: v.literal("cpu_limit"), limitMs: Count, where: v.nullable(SourcePositionSchema) }),
    v.object({ type: v.literal("timeout"), limitMs: Count }),
    v.object({ type: v.literal("memory_limit"), message: v.string() }),
    v.object({ type: v.literal("subrequest_limit"), limit: Count }),
    v.object({ type: v.literal("result_limit"), bytes: Count, limitBytes: Count }),
    v.object({ type: v.literal("load_failed"), message: v.string() }),
    v.object({ type: v.literal("lost"), message: v.string() }),
  ]),
  v.readonly(),
);
export type RunOutcome = v.InferOutput<typeof RunOutcomeSchema>;

export type OutcomeType = RunOutcome["type"];

/** Levels of Kili's plugin logs, in its own lower case. */
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** One line a run logged. `at` is epoch milliseconds. */
export interface LogLine {
  readonly at: number;
  readonly level: LogLevel;
  readonly content: string;
}

/** One call a run made through a door. */
export interface RunCall {
  readonly kind: "kili" | "net";
  /** The operation's root field, or method and host of a fetch. */
  readonly target: string;
  /**
   * `dry_run`: a write that was recorded instead of sent. `unknown`: one that may have been done. `from_journal`: one
   * that had been made before, and was answered without being sent again.
   */
  readonly result: "ok" | "failed" | "dry_run" | "unknown" | "from_journal";
  readonly startedAt: number;
  readonly ms: number;
  /** For `dry_run`, the variables of the write as JSON; otherwise the failure's message, or null. */
  readonly detail: string | null;
  /** Of a write to Kili, what became of it in words; null where a run's calls were too many to keep them. */
  readonly write?: string | null;
}

/** A permission the run asked for and did not have; becomes an audit row. */
export interface Refusal {
  readonly capability: "kili" | "net" | "env" | "import";
  readonly wanted: string;
  readonly at: number;
}

/** Everything one attempt leaves behind. */
export interface RunReport {
  readonly outcome: RunOutcome;
  readonly logs: readonly LogLine[];
  readonly calls: readonly RunCall[];
  readonly refusals: readonly Refusal[];
  /**
   * How long it took. 0 where nobody knows, which is so of what is `lost` with its process: the time until that was
   * found may be hours of a host that was off, and sums and histograms take no such thing for a slow run.
   */
  readonly wallMs: number;
  /** As metered in the guest; null where nobody measured it. */
  readonly cpuMs: number | null;
  /** The version that ran, where that is not the one the delivery was matched with. */
  readonly versionId?: string;
  /** Whether the plugin's isolate had to be loaded for it; null for a webhook, which has none, and where not known. */
  readonly coldStart: boolean | null;
}

/** Where a delivery stands: waiting for an attempt, or ended for good. */
export type DeliveryState = "pending" | "done" | "dead";

/**
 * Why a delivery is dead.
 *
 * - `failed`: its last attempt failed, or failed in a way that trying again does not mend: `lastOutcome` says how.
 * - `quarantined`: its plugin is quarantined on the project, so it was not run (again).
 * - `backlog_full`: its plugin had too many deliveries waiting on the project.
 * - `caused_by_itself`: its event is the last of a chain of events that plugins' own writes caused.
 */
export const DEAD_REASONS = ["failed", "quarantined", "backlog_full", "caused_by_itself"] as const;
export type DeadReason = (typeof DEAD_REASONS)[number];

/**
 * What became of a dead letter: `replayed` as another delivery, `discarded` by an operator, or `expired`: its event is
 * no longer kept.
 */
export const SETTLEMENTS = ["replayed", "discarded", "expired"] as const;
export type Settlement = (typeof SETTLEMENTS)[number];
