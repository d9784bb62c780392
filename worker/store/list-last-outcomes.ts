// How the last attempts of several deliveries ended, in one statement.
import type { RunOutcome } from "../../schemas/run.ts";

/** The latest attempt's outcome by delivery; deliveries that were never attempted are missing. */
export async function listLastOutcomes(
  db: D1Database,
  deliveryIds: readonly string[],
): Promise<ReadonlyMap<string, RunOutcome>> {
  const { results } = await db
    .prepare(
      `SELECT runs.delivery_id AS id, runs.outcome AS outcome FROM json_each(?1) AS asked
       JOIN deliveries ON deliveries.id = asked.value
       JOIN runs ON runs.delivery_id = deliveries.id AND runs.attempt = deliveries.attempts`,
    )
    .bind(JSON.stringify(deliveryIds))
    .all<{ id: string; outcome: string }>();
  return new Map(results.map(({ id, outcome }) => [id, JSON.parse(outcome) as RunOutcome]));
}
