// How the last attempts of several deliveries ended, in one statement.
import * as v from "valibot";
import { RunOutcomeSchema, type RunOutcome } from "../../schemas/run.ts";

const StoredOutcome = v.pipe(v.string(), v.parseJson(), RunOutcomeSchema);

/**
 * The latest attempt's outcome by delivery. Deliveries that were never attempted are missing, and so are those whose
 * outcome is none that this version of the host knows: the others can be shown.
 */
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
  return new Map(
    results.flatMap(({ id, outcome }) => {
      const parsed = v.safeParse(StoredOutcome, outcome);
      return parsed.success ? [[id, parsed.output]] : [];
    }),
  );
}
