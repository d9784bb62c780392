// The stretches of time that charts show, and the columns they are cut into.
import { HOUR_MS, MINUTE_MS } from "../limits.ts";

/** `columnMs` is a whole number of grains. */
export interface ChartRange {
  readonly name: "1h" | "24h" | "7d";
  readonly words: string;
  readonly grainMs: typeof MINUTE_MS | typeof HOUR_MS;
  readonly columnMs: number;
  readonly columns: number;
}

export const CHART_RANGES: readonly ChartRange[] = [
  { name: "1h", words: "the last hour", grainMs: MINUTE_MS, columnMs: MINUTE_MS, columns: 60 },
  { name: "24h", words: "the last 24 hours", grainMs: HOUR_MS, columnMs: HOUR_MS, columns: 24 },
  { name: "7d", words: "the last 7 days", grainMs: HOUR_MS, columnMs: 6 * HOUR_MS, columns: 28 },
];

const DEFAULT_RANGE: ChartRange = { ...CHART_RANGES[1] } as ChartRange;

/** The range of that name; the default for any other. */
export function chartRange(name: string | undefined): ChartRange {
  return CHART_RANGES.find((range) => range.name === name) ?? DEFAULT_RANGE;
}
