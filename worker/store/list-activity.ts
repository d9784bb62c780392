// Sums over time of every kind at once, for charts that show them side by side: one reading of the rows instead of one
// for each kind. One kind by itself, or by plugin or project, is listRollups.
import { and, eq, gte, lt, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { RollupFilter } from "./list-rollups.ts";
import { rollupSums, toRollup, type Rollup } from "./rollup-sums.ts";
import { rollups } from "./rollup-schema.ts";

type ActivityFilter = Pick<RollupFilter, "grainMs" | "since" | "until" | "pluginName">;

/** Sums by columns of `columnMs`, a whole number of grains, and in each by kind and outcome. */
export async function listActivity(
  db: D1Database,
  { grainMs, since, until, pluginName }: ActivityFilter,
  columnMs: number,
): Promise<Rollup[]> {
  const at = sql<number>`${rollups.bucketAt} - ${rollups.bucketAt} % ${columnMs}`;
  const rows = await drizzle(db)
    .select({
      kind: rollups.kind,
      at,
      projectId: sql<string>`''`,
      pluginName: sql<string>`''`,
      outcome: rollups.outcome,
      ...rollupSums,
    })
    .from(rollups)
    .where(
      and(
        eq(rollups.grainMs, grainMs),
        gte(rollups.bucketAt, since),
        lt(rollups.bucketAt, until),
        pluginName === null ? undefined : eq(rollups.pluginName, pluginName),
      ),
    )
    .groupBy(sql`2`, rollups.kind, rollups.outcome);
  return rows.map(({ kind, ...row }) => toRollup(kind, row));
}
