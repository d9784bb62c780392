// The charts of what happened: deliveries by how they ended beside the events they came from, and how long runs took.
import { HOUR_MS } from "../limits.ts";
import { CHART_RANGES, type ChartRange } from "./chart-range.ts";
import { Empty } from "./empty.tsx";
import { formatCount } from "./format-count.ts";
import { formatDuration } from "./format-duration.ts";
import { TimeChart, type ChartSeries } from "./time-chart.tsx";
import type { Activity } from "./to-activity.ts";

interface ActivityChartsProps {
  readonly columns: readonly Activity[];
  readonly range: ChartRange;
  /** The page they stand on. */
  readonly path: string;
  /** Events belong to no plugin: they are left out where one plugin is shown. */
  readonly withEvents: boolean;
}

const EVENTS: ChartSeries = { key: "events", name: "events", form: "line" };
const DELIVERIES: readonly ChartSeries[] = [
  { key: "ok", name: "done", form: "bar" },
  { key: "failed", name: "dead", form: "bar" },
];
const TIMES: readonly ChartSeries[] = [
  { key: "p50", name: "half took at most", form: "line" },
  { key: "p95", name: "95 % took at most", form: "line" },
];

export function ActivityCharts({ columns, range, path, withEvents }: ActivityChartsProps) {
  return (
    <div class="columns two" id="charts" data-live>
      <section class="card" aria-labelledby="deliveries-title">
        <div class="card-head">
          <h2 id="deliveries-title">Deliveries</h2>
          <RangeLinks range={range} path={path} />
        </div>
        <TimeChart
          title={`Deliveries in ${range.words}`}
          columns={columns.map((column) => ({
            label: toLabel(column.at, range),
            values: { ok: column.done, failed: column.dead, events: column.events },
          }))}
          series={withEvents ? [...DELIVERIES, EVENTS] : DELIVERIES}
          format={(value) => formatCount(value)}
          empty={
            <Empty title={`No deliveries in ${range.words}`}>
              They appear when Kili sends events that a plugin asked for.
            </Empty>
          }
        />
      </section>
      <section class="card" aria-labelledby="times-title">
        <div class="card-head">
          <h2 id="times-title">Run time</h2>
        </div>
        <TimeChart
          title={`Run time in ${range.words}`}
          columns={columns.map((column) => ({
            label: toLabel(column.at, range),
            values: { p50: column.p50, p95: column.p95 },
          }))}
          series={TIMES}
          format={formatDuration}
          empty={<Empty title={`No runs in ${range.words}`} />}
        />
      </section>
    </div>
  );
}

function RangeLinks({ range, path }: Pick<ActivityChartsProps, "range" | "path">) {
  return (
    <span class="choices" role="group" aria-label="Time shown">
      {CHART_RANGES.map(({ name }) => (
        <a href={`${path}?range=${name}`} aria-current={name === range.name ? "true" : undefined}>
          {name}
        </a>
      ))}
    </span>
  );
}

/** Times are told in UTC, as everywhere on these pages. */
function toLabel(at: number, { columnMs }: ChartRange): string {
  const iso = new Date(at).toISOString();
  return columnMs > HOUR_MS ? `${iso.slice(5, 10)} ${iso.slice(11, 16)}` : iso.slice(11, 16);
}
