// The database's table of sums over what happened, as a Drizzle table: what charts and metrics are made of, so that
// neither reads every run. Written with the hand-over that brings the rows it counts (record-rollups.ts).
import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

const count = (name: string) => integer(name).notNull();

export const rollups = sqliteTable(
  "rollups",
  {
    /** How much time a row stands for; 0 for all time, which is kept for all projects together (`project_id` ''). */
    grainMs: integer("grain_ms").notNull(),
    /** When that time begins, epoch milliseconds; 0 for all time. */
    bucketAt: integer("bucket_at").notNull(),
    projectId: text("project_id").notNull(),
    /** '' for events, which belong to no plugin. */
    pluginName: text("plugin_name").notNull(),
    /** Events accepted, runs by when they started, deliveries by when they ended. */
    kind: text("kind", { enum: ["event", "run", "delivery"] }).notNull(),
    /** Of a run its outcome's type; of a delivery `done` or `dead`; of an event `matched` or `unmatched`. */
    outcome: text("outcome").notNull(),
    count: count("count"),
    /** Runs that were not their delivery's first attempt. */
    retries: count("retries"),
    /** Runs that an isolate was loaded for. */
    coldStarts: count("cold_starts"),
    /** Of runs how long they took; of deliveries the time from acceptance to the end; of events 0. */
    sumMs: count("sum_ms"),
    /** How many took at most so many milliseconds and more than the column before; the bounds are DURATION_BOUNDS_MS. */
    le5: count("le_5"),
    le10: count("le_10"),
    le25: count("le_25"),
    le50: count("le_50"),
    le100: count("le_100"),
    le250: count("le_250"),
    le500: count("le_500"),
    le1000: count("le_1000"),
    le2500: count("le_2500"),
    le5000: count("le_5000"),
    le10000: count("le_10000"),
    le30000: count("le_30000"),
    le60000: count("le_60000"),
    le300000: count("le_300000"),
    leInf: count("le_inf"),
  },
  (table) => [
    primaryKey({
      columns: [table.grainMs, table.bucketAt, table.projectId, table.pluginName, table.kind, table.outcome],
    }),
  ],
);
