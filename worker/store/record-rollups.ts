// Sums up a hand-over by minute, by hour and for all time. Prepares one statement and does not run it: it belongs in
// the hand-over's transaction, before the rows it counts are inserted, because what is stored already was counted.
import { DURATION_BOUNDS_MS, HOUR_MS, MINUTE_MS } from "../limits.ts";
import type { FlushBatch } from "./flush-batch.ts";

/** One thing that happened. */
interface Fact {
  readonly kind: "event" | "run" | "delivery";
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly project: string;
  readonly plugin: string;
  readonly outcome: string;
  readonly isRetry: boolean;
  readonly isColdStart: boolean;
  /** How long it took. */
  readonly ms: number;
}

const COLUMNS = [...DURATION_BOUNDS_MS.map((bound) => `le_${bound}`), "le_inf"];
const SUMS = ["count", "retries", "cold_starts", "sum_ms", ...COLUMNS];

// Of what is alike only ids and durations are read from JSON one by one, which is what such a statement takes its time
// for. A few rows are left of that, and only they are taken three times.
const RECORD = `
WITH alike AS MATERIALIZED (
  SELECT key, value ->> 0 AS kind, value ->> 1 AS minute, value ->> 2 AS project, value ->> 3 AS plugin,
    value ->> 4 AS outcome, value ->> 5 AS retry, value ->> 6 AS cold, value ->> 7 AS bucket,
    jsonb_extract(value, '$[8]') AS facts
  FROM jsonb_each(?1)),
counted AS MATERIALIZED (
  SELECT alike.key AS key, count(*) AS n, sum(fact.value) AS ms
  FROM alike CROSS JOIN json_each(alike.facts) AS fact
  WHERE CASE kind
    WHEN 'event' THEN NOT EXISTS (SELECT 1 FROM events WHERE events.id = fact.key)
    WHEN 'run' THEN NOT EXISTS (SELECT 1 FROM runs WHERE runs.id = fact.key)
    ELSE NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.id = fact.key AND state <> 'pending') END
  GROUP BY alike.key),
summed AS MATERIALIZED (
  SELECT minute, project, plugin, kind, outcome,
    sum(n) AS count, sum(n * retry) AS retries, sum(n * cold) AS cold_starts, sum(ms) AS sum_ms,
    ${COLUMNS.map((column, place) => `sum(n * (bucket = ${place})) AS ${column}`).join(", ")}
  FROM counted JOIN alike ON alike.key = counted.key
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
  const groups = Map.groupBy(toFacts(batch), (fact) => JSON.stringify(toTuple(fact)));
  if (groups.size === 0) return null;
  const alike = [...groups].map(([tuple, facts]) => [
    ...(JSON.parse(tuple) as unknown[]),
    Object.fromEntries(facts.map(({ id, ms }) => [id, ms])),
  ]);
  return db.prepare(RECORD).bind(JSON.stringify(alike));
}

/** What a fact shares with others, in the order in which the statement reads it. */
function toTuple(fact: Fact): (string | number)[] {
  const { kind, at, project, plugin, outcome, isRetry, isColdStart, ms } = fact;
  const place = DURATION_BOUNDS_MS.findIndex((bound) => ms <= bound);
  const bucket = place < 0 ? DURATION_BOUNDS_MS.length : place;
  return [kind, at - (at % MINUTE_MS), project, plugin, outcome, isRetry ? 1 : 0, isColdStart ? 1 : 0, bucket];
}

function toFacts({ events, deliveries, runs }: FlushBatch): Fact[] {
  const plain = { isRetry: false, isColdStart: false };
  return [
    ...events.map(({ id, deliveryCount, projectId: project, receivedAt: at }): Fact => {
      const outcome = deliveryCount === 0 ? "unmatched" : "matched";
      return { kind: "event", id, at, project, plugin: "", outcome, ms: 0, ...plain };
    }),
    ...runs.map((run): Fact => {
      const { id, startedAt: at, projectId: project, pluginName: plugin, outcomeType: outcome, wallMs: ms } = run;
      const isColdStart = run.coldStart === true;
      return { kind: "run", id, at, project, plugin, outcome, ms, isRetry: run.attempt > 1, isColdStart };
    }),
    ...deliveries
      .filter(({ state }) => state !== "pending")
      .map((delivery): Fact => {
        const { id, updatedAt: at, projectId: project, pluginName: plugin, state: outcome, createdAt } = delivery;
        return { kind: "delivery", id, at, project, plugin, outcome, ms: Math.max(at - createdAt, 0), ...plain };
      }),
  ];
}
