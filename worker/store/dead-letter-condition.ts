// Which dead letters a filter means, for listing and counting alike.
import { and, eq, gte, lt, sql, type SQL } from "drizzle-orm";
import type { DeadReason, OutcomeType } from "../../schemas/run.ts";
import { deliveries } from "./history-schema.ts";
import { oneOf } from "./one-of.ts";

/** Null leaves a field open. Times are epoch milliseconds. */
export interface DeadLetterFilter {
  readonly ids: readonly string[] | null;
  readonly pluginName: string | null;
  readonly projectId: string | null;
  readonly outcome: OutcomeType | null;
  readonly reason: DeadReason | null;
  /** Deliveries made from then on, and before then. */
  readonly since: number | null;
  readonly until: number | null;
  /** Part of how the last attempt ended. */
  readonly text: string | null;
}

/** The condition a filter stands for. What is settled is no dead letter any more. */
export function deadLetterCondition(filter: DeadLetterFilter): SQL | undefined {
  const { ids, pluginName, projectId, outcome, reason, since, until, text } = filter;
  return and(
    // Word for word the condition of the partial index, or SQLite does not take it.
    sql`${deliveries.state} = 'dead' AND ${deliveries.settled} IS NULL`,
    ids === null ? undefined : oneOf(deliveries.id, ids),
    pluginName === null ? undefined : eq(deliveries.pluginName, pluginName),
    projectId === null ? undefined : eq(deliveries.projectId, projectId),
    outcome === null ? undefined : eq(deliveries.lastOutcome, outcome),
    reason === null ? undefined : eq(deliveries.deadReason, reason),
    since === null ? undefined : gte(deliveries.createdAt, since),
    until === null ? undefined : lt(deliveries.createdAt, until),
    text === null
      ? undefined
      : sql`EXISTS (SELECT 1 FROM runs WHERE runs.delivery_id = ${deliveries.id}
          AND runs.attempt = ${deliveries.attempts} AND instr(runs.outcome, ${text}) > 0)`,
  );
}
