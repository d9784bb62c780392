// How sums are read: the columns added up, and rows as readers take them.
import { sql } from "drizzle-orm";
import { rollups } from "./rollup-schema.ts";

/** What happened in some time, of one kind and with one outcome. */
export interface Rollup {
  readonly kind: (typeof rollups.$inferSelect)["kind"];
  /** When the time begins, epoch milliseconds. */
  readonly at: number;
  /** '' where sums of several are added up. */
  readonly projectId: string;
  readonly pluginName: string;
  readonly outcome: string;
  readonly count: number;
  readonly retries: number;
  readonly coldStarts: number;
  readonly sumMs: number;
  /** How many fell between each of DURATION_BOUNDS_MS and the one before; last, those above all. */
  readonly histogram: readonly number[];
}

const total = (column: (typeof rollups)["count"] | (typeof rollups)["le5"]) => sql<number>`sum(${column})`;

/** The summed columns of a grouped query. */
export const rollupSums = {
  count: total(rollups.count),
  retries: total(rollups.retries),
  coldStarts: total(rollups.coldStarts),
  sumMs: total(rollups.sumMs),
  le5: total(rollups.le5),
  le10: total(rollups.le10),
  le25: total(rollups.le25),
  le50: total(rollups.le50),
  le100: total(rollups.le100),
  le250: total(rollups.le250),
  le500: total(rollups.le500),
  le1000: total(rollups.le1000),
  le2500: total(rollups.le2500),
  le5000: total(rollups.le5000),
  le10000: total(rollups.le10000),
  le30000: total(rollups.le30000),
  le60000: total(rollups.le60000),
  le300000: total(rollups.le300000),
  leInf: total(rollups.leInf),
};

type SummedRow = { readonly [Column in keyof typeof rollupSums]: number } & Pick<
  Rollup,
  "at" | "projectId" | "pluginName" | "outcome"
>;

/** A row of a grouped query as readers take it. */
export function toRollup(kind: Rollup["kind"], row: SummedRow): Rollup {
  const { at, projectId, pluginName, outcome, count, retries, coldStarts, sumMs, ...le } = row;
  const histogram = [
    ...[le.le5, le.le10, le.le25, le.le50, le.le100, le.le250, le.le500, le.le1000, le.le2500, le.le5000],
    ...[le.le10000, le.le30000, le.le60000, le.le300000, le.leInf],
  ];
  return { kind, at, projectId, pluginName, outcome, count, retries, coldStarts, sumMs, histogram };
}
