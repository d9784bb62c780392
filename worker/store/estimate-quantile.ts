// A quantile out of a histogram, as Prometheus estimates it. Its error is the width of one class.
import { DURATION_BOUNDS_MS } from "../limits.ts";

/**
 * The time in milliseconds that a share `quantile` (0 to 1) of what the histogram counts stayed under: exact at its
 * bounds, and on a straight line between them. Null when it counts nothing; the last bound for what is above it.
 */
export function estimateQuantile(histogram: readonly number[], quantile: number): number | null {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = quantile * total;
  let below = 0;
  for (const [index, count] of histogram.entries()) {
    const upper = DURATION_BOUNDS_MS[index];
    if (upper === undefined) break;
    if (count > 0 && below + count >= rank) {
      const lower = DURATION_BOUNDS_MS[index - 1] ?? 0;
      return lower + ((upper - lower) * (rank - below)) / count;
    }
    below += count;
  }
  return DURATION_BOUNDS_MS.at(-1) ?? null;
}
