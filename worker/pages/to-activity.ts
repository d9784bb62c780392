// Sums over time as a chart's columns: events, how deliveries ended, how long runs took. Reads nothing.
import { estimateQuantile } from "../store/estimate-quantile.ts";
import type { Rollup } from "../store/rollup-sums.ts";
import type { ChartRange } from "./chart-range.ts";

export interface Activity {
  /** When the column begins, epoch milliseconds. */
  readonly at: number;
  readonly events: number;
  readonly done: number;
  readonly dead: number;
  /** Attempts, and those of them that did not end well. */
  readonly runs: number;
  readonly failedRuns: number;
  /** How long attempts took; null where there were none. */
  readonly p50: number | null;
  readonly p95: number | null;
}

/** One column after the other up to `now`, those in which nothing happened included. */
export function toActivity(rollups: readonly Rollup[], { columnMs, columns }: ChartRange, now: number): Activity[] {
  const last = now - (now % columnMs);
  const first = last - (columns - 1) * columnMs;
  return Array.from({ length: columns }, (_, index) => {
    const at = first + index * columnMs;
    return sumUp(
      at,
      rollups.filter((row) => row.at >= at && row.at < at + columnMs),
    );
  });
}

/** All of them as one. */
export function sumUp(at: number, rollups: readonly Rollup[]): Activity {
  const count = (kind: Rollup["kind"], holds: (outcome: string) => boolean): number =>
    rollups.reduce((sum, row) => sum + (row.kind === kind && holds(row.outcome) ? row.count : 0), 0);
  const histogram: number[] = [];
  for (const row of rollups) {
    if (row.kind !== "run") continue;
    for (const [index, value] of row.histogram.entries()) histogram[index] = (histogram[index] ?? 0) + value;
  }
  return {
    at,
    events: count("event", () => true),
    done: count("delivery", (outcome) => outcome === "done"),
    dead: count("delivery", (outcome) => outcome === "dead"),
    runs: count("run", () => true),
    failedRuns: count("run", (outcome) => outcome !== "ok"),
    p50: estimateQuantile(histogram, 0.5),
    p95: estimateQuantile(histogram, 0.95),
  };
}
