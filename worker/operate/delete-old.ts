// What the schedule calls: deletes what is older than its age, a little of each in turn, and leaves the rest to the next
// time. Never throws: what cannot be deleted now is tried again then.
import type { Env } from "../env.ts";
import { DAY_MS, MAX_PRUNE_ROUNDS, PRUNE_MS, PRUNE_ROWS, ROLLUP_MINUTES_KEEP_MS } from "../limits.ts";
import { log } from "../log.ts";
import { retentionDays } from "../retention-days.ts";
import { pruneDeletedPlugins } from "../store/prune-deleted-plugins.ts";
import { pruneEvents } from "../store/prune-events.ts";
import { pruneRows } from "../store/prune-rows.ts";
import { pruneUploads } from "../store/prune-uploads.ts";

interface Step {
  readonly what: string;
  /** More may be left if this many were deleted. */
  readonly most: number;
  readonly prune: (most: number) => Promise<number>;
}

/** How many of each kind were deleted. */
export type Deleted = Readonly<Record<string, number>>;

/** Deletes until nothing old is left, or it has taken its share of time and statements. */
export async function deleteOld(env: Env, now: () => number): Promise<Deleted> {
  const until = now() + PRUNE_MS;
  const deleted: Record<string, number> = {};
  let steps = toSteps(env, now());
  for (let round = 0; round < MAX_PRUNE_ROUNDS && steps.length > 0; round += 1) {
    const more: Step[] = [];
    for (const step of steps) {
      if (now() >= until) return report(deleted, false);
      const count = await tryStep(step);
      if (count > 0) deleted[step.what] = (deleted[step.what] ?? 0) + count;
      if (count >= step.most) more.push(step);
    }
    steps = more;
  }
  return report(deleted, steps.length === 0);
}

function toSteps(env: Env, now: number): readonly Step[] {
  const days = retentionDays(env);
  const before = (age: number): number => now - age * DAY_MS;
  const { DB } = env;
  const rows = (what: Parameters<typeof pruneRows>[1], at: number): Step => ({
    ...{ what, most: PRUNE_ROWS.rows, prune: (most) => pruneRows(DB, what, at, most) },
  });
  const ages = { before: before(days.events), deadBefore: before(days.deadLetters) };
  return [
    rows("logs", before(days.logs)),
    { what: "events", most: PRUNE_ROWS.events, prune: (most) => pruneEvents(DB, ages, most) },
    rows("minute_rollups", now - ROLLUP_MINUTES_KEEP_MS),
    rows("hour_rollups", before(days.rollups)),
    rows("audit", before(days.audit)),
    rows("build_errors", before(days.deleted)),
    { what: "uploads", most: PRUNE_ROWS.large, prune: (most) => pruneUploads(DB, before(days.deleted), most) },
    { what: "plugins", most: PRUNE_ROWS.large, prune: (most) => pruneDeletedPlugins(DB, before(days.deleted), most) },
  ];
}

async function tryStep({ what, most, prune }: Step): Promise<number> {
  try {
    return await prune(most);
  } catch (error) {
    log("error", "old rows could not be deleted", { what, error });
    return 0;
  }
}

function report(deleted: Deleted, done: boolean): Deleted {
  if (Object.keys(deleted).length > 0) log("info", "old rows deleted", { deleted, done });
  return deleted;
}
