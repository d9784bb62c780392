// A family of times from sums: as a histogram for all of them, or as count and sum where there are many series.
import { DURATION_BOUNDS_MS } from "../limits.ts";
import type { Labels, MetricFamily, Sample } from "./encode-openmetrics.ts";

/** What has been summed up: how many, how long together, and how many in each class. */
export interface Durations {
  readonly count: number;
  readonly sumMs: number;
  readonly histogram: readonly number[];
}

/** A histogram of times, added up over all `durations`. */
export function toHistogram(name: string, help: string, durations: readonly Durations[]): MetricFamily {
  let below = 0;
  const buckets = [...DURATION_BOUNDS_MS, Infinity].map((bound, index): Sample => {
    below += durations.reduce((sum, { histogram }) => sum + (histogram[index] ?? 0), 0);
    return { suffix: "_bucket", labels: { le: toBound(bound) }, value: below };
  });
  return { name, type: "histogram", unit: "seconds", help, samples: [...buckets, ...toCountAndSum({}, durations)] };
}

/** The samples that say how many there were, and how long they took together. */
export function toCountAndSum(labels: Labels, durations: readonly Durations[]): readonly Sample[] {
  const sum = (of: "count" | "sumMs"): number => durations.reduce((total, each) => total + each[of], 0);
  return [
    { suffix: "_count", labels, value: sum("count") },
    { suffix: "_sum", labels, value: sum("sumMs") / 1_000 },
  ];
}

/** Bounds are compared as text by whoever reads them: "1.0" and not "1". */
function toBound(ms: number): string {
  if (ms === Infinity) return "+Inf";
  const seconds = String(ms / 1_000);
  return seconds.includes(".") ? seconds : `${seconds}.0`;
}
