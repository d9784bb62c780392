// Sums for all time, all projects together: counters that only ever grow, whatever retention deletes.
import { asc, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { rollupSums, toRollup, type Rollup } from "./rollup-sums.ts";
import { rollups } from "./rollup-schema.ts";

/** One sum for each kind, plugin and outcome. */
export async function listTotals(db: D1Database): Promise<Rollup[]> {
  const { kind, pluginName, outcome } = rollups;
  const rows = await drizzle(db)
    .select({ kind, at: rollups.bucketAt, projectId: rollups.projectId, pluginName, outcome, ...rollupSums })
    .from(rollups)
    .where(eq(rollups.grainMs, 0))
    .groupBy(kind, pluginName, outcome)
    .orderBy(asc(kind), asc(pluginName), asc(outcome));
  return rows.map((row) => toRollup(row.kind, row));
}
