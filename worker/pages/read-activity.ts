// What happened in a range of time, out of the sums that are kept for it.
import { listRollups } from "../store/list-rollups.ts";
import type { Rollup } from "../store/rollup-sums.ts";
import type { ChartRange } from "./chart-range.ts";
import { sumUp, toActivity, type Activity } from "./to-activity.ts";

const KINDS: readonly Rollup["kind"][] = ["event", "run", "delivery"];

/** The columns of a chart, and all of them as one; of one plugin or of all (null). */
export async function readActivity(
  db: D1Database,
  { range, pluginName, now }: { readonly range: ChartRange; readonly pluginName: string | null; readonly now: number },
): Promise<{ readonly columns: readonly Activity[]; readonly total: Activity }> {
  const { grainMs, columnMs, columns } = range;
  const since = now - (now % columnMs) - (columns - 1) * columnMs;
  const filter = { grainMs, since, until: now + 1, projectId: null, pluginName };
  const rollups = await Promise.all(KINDS.map((kind) => listRollups(db, { ...filter, kind }, "time")));
  const rows = rollups.flat();
  return { columns: toActivity(rows, range, now), total: sumUp(since, rows) };
}
