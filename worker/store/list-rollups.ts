// Sums over time for charts: what happened in each stretch of time, by outcome. Not for all time: that is listTotals.
import { and, asc, eq, gte, lt, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { HOUR_MS, MINUTE_MS } from "../limits.ts";
import { rollupSums, toRollup, type Rollup } from "./rollup-sums.ts";
import { rollups } from "./rollup-schema.ts";

/** Null leaves a field open: its rows are added up. */
export interface RollupFilter {
  /** Minutes are kept for a day or so, hours for as long as the deployment says. */
  readonly grainMs: typeof MINUTE_MS | typeof HOUR_MS;
  /** Epoch milliseconds, the first included and the last not. */
  readonly since: number;
  readonly until: number;
  readonly kind: Rollup["kind"];
  readonly projectId: string | null;
  readonly pluginName: string | null;
}

/** What the sums are taken by: time gives one row per stretch and outcome, the others one for the whole time. */
export type RollupGroup = "time" | "plugin" | "project";

/** Sums by time, plugin or project, and in each by outcome. Stretches in which nothing happened have no row. */
export async function listRollups(db: D1Database, filter: RollupFilter, by: RollupGroup): Promise<Rollup[]> {
  const { grainMs, since, until, kind, projectId, pluginName } = filter;
  const group = { time: rollups.bucketAt, plugin: rollups.pluginName, project: rollups.projectId }[by];
  const rows = await drizzle(db)
    .select({
      at: by === "time" ? rollups.bucketAt : sql<number>`min(${rollups.bucketAt})`,
      projectId: by === "project" ? rollups.projectId : sql<string>`''`,
      pluginName: by === "plugin" ? rollups.pluginName : sql<string>`''`,
      outcome: rollups.outcome,
      ...rollupSums,
    })
    .from(rollups)
    .where(
      and(
        eq(rollups.grainMs, grainMs),
        gte(rollups.bucketAt, since - (since % grainMs)),
        lt(rollups.bucketAt, until),
        eq(rollups.kind, kind),
        projectId === null ? undefined : eq(rollups.projectId, projectId),
        pluginName === null ? undefined : eq(rollups.pluginName, pluginName),
      ),
    )
    .groupBy(group, rollups.outcome)
    .orderBy(asc(group), asc(rollups.outcome));
  return rows.map((row) => toRollup(kind, row));
}
