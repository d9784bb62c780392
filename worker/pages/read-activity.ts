// What happened in a range of time, out of the sums that are kept for it.
import { listActivity } from "../store/list-activity.ts";
import type { ChartRange } from "./chart-range.ts";
import { sumUp, toActivity, type Activity } from "./to-activity.ts";

/** The columns of a chart, and all of them as one; of one plugin or of all (null). */
export async function readActivity(
  db: D1Database,
  { range, pluginName, now }: { readonly range: ChartRange; readonly pluginName: string | null; readonly now: number },
): Promise<{ readonly columns: readonly Activity[]; readonly total: Activity }> {
  const { grainMs, columnMs, columns } = range;
  const since = now - (now % columnMs) - (columns - 1) * columnMs;
  const rows = await listActivity(db, { grainMs, since, until: now + 1, pluginName }, columnMs);
  return { columns: toActivity(rows, range, now), total: sumUp(since, rows) };
}
