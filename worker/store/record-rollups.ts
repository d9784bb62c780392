// Sums up a hand-over by minute, by hour and for all time. Prepares one statement and does not run it: it belongs in
// the hand-over's transaction, before the rows it counts are inserted, because what is stored already was counted.
import { DURATION_BOUNDS_MS, HOUR_MS, MINUTE_MS } from "../limits.ts";
import type { FlushBatch } from "./flush-batch.ts";

/** Kind, id, epoch milliseconds, project, plugin, outcome, 1 for a retry, 1 for a cold start, milliseconds it took. */
type Fact = readonly [string, string, number, string, string, string, 0 | 1, 0 | 1, number];

const COLUMNS = [...DURATION_BOUNDS_MS.map((bound) => `le_${bound}`), "le_inf"];
const CONDITIONS = [...DURATION_BOUNDS_MS, null].map((bound, index) => {
  const above = index === 0 ? null : DURATION_BOUNDS_MS[index - 1];
  const conditions = [above === null ? null : `ms > ${above}`, bound === null ? null : `ms <= ${bound}`];
  return `sum(${conditions.filter((condition) => condition !== null).join(" AND ")})`;
});
const SUMS = ["count", "retries", "cold_starts", "sum_ms", ...COLUMNS];

// Grouped by the minute first: what is left is a few rows, and only they are taken three times.
const RECORD = `
WITH fact AS MATERIALIZED (
  SELECT value ->> 0 AS kind, value ->> 1 AS id, value ->> 2 AS at, value ->> 3 AS project, value ->> 4 AS plugin,
    value ->> 5 AS outcome, value ->> 6 AS retry, value ->> 7 AS cold, value ->> 8 AS ms
  FROM json_each(?1)),
summed AS MATERIALIZED (
  SELECT at - at % ${MINUTE_MS} AS minute, project, plugin, kind, outcome,
    count(*) AS count, sum(retry) AS retries, sum(cold) AS cold_starts, sum(ms) AS sum_ms,
    ${CONDITIONS.map((condition, index) => `${condition} AS ${COLUMNS[index]}`).join(", ")}
  FROM fact
  WHERE CASE kind
    WHEN 'event' THEN NOT EXISTS (SELECT 1 FROM events WHERE events.id = fact.id)
    WHEN 'run' THEN NOT EXISTS (SELECT 1 FROM runs WHERE runs.id = fact.id)
    ELSE NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.id = fact.id AND state <> 'pending') END
  GROUP BY 1, 2, 3, 4, 5),
grain (ms) AS (VALUES (${MINUTE_MS}), (${HOUR_MS}), (0))
INSERT INTO rollups (grain_ms, bucket_at, project_id, plugin_name, kind, outcome, ${SUMS.join(", ")})
SELECT grain.ms, CASE grain.ms WHEN 0 THEN 0 ELSE minute - minute % grain.ms END,
  CASE grain.ms WHEN 0 THEN '' ELSE project END, plugin, kind, outcome, ${SUMS.map((column) => `sum(${column})`).join(", ")}
FROM grain CROSS JOIN summed WHERE true GROUP BY 1, 2, 3, 4, 5, 6
ON CONFLICT (grain_ms, bucket_at, project_id, plugin_name, kind, outcome)
DO UPDATE SET ${SUMS.map((column) => `${column} = ${column} + excluded.${column}`).join(", ")}`;

/** The statement that adds a hand-over to the sums; null when nothing in it counts. */
export function recordRollups(db: D1Database, batch: FlushBatch): D1PreparedStatement | null {
  const facts = toFacts(batch);
  return facts.length === 0 ? null : db.prepare(RECORD).bind(JSON.stringify(facts));
}

function toFacts({ events, deliveries, runs }: FlushBatch): Fact[] {
  return [
    ...events.map((event): Fact => {
      const outcome = event.deliveryCount === 0 ? "unmatched" : "matched";
      return ["event", event.id, event.receivedAt, event.projectId, "", outcome, 0, 0, 0];
    }),
    ...runs.map((run): Fact => {
      const { id, startedAt, projectId, pluginName, outcomeType, attempt, coldStart, wallMs } = run;
      const [retry, cold] = [attempt > 1 ? 1 : 0, coldStart ? 1 : 0] as const;
      return ["run", id, startedAt, projectId, pluginName, outcomeType, retry, cold, wallMs];
    }),
    ...deliveries
      .filter(({ state }) => state !== "pending")
      .map((delivery): Fact => {
        const { id, updatedAt, projectId, pluginName, state, createdAt } = delivery;
        return ["delivery", id, updatedAt, projectId, pluginName, state, 0, 0, Math.max(updatedAt - createdAt, 0)];
      }),
  ];
}
