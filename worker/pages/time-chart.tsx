// A chart over time as SVG from the server: bars that stand on each other, and lines. Colours are the style sheet's. The
// drawing is stretched to the room there is, so all that is text stands beside it; the same numbers are in a table.
import { max, ticks } from "d3-array";
import { line, stack } from "d3-shape";
import type { Child } from "hono/jsx";

export interface ChartColumn {
  /** When it is, in words. */
  readonly label: string;
  readonly values: Readonly<Record<string, number | null>>;
}

export interface ChartSeries {
  /** Key in a column's values, and class in the style sheet. */
  readonly key: string;
  readonly name: string;
  readonly form: "bar" | "line";
}

interface TimeChartProps {
  readonly title: string;
  readonly columns: readonly ChartColumn[];
  readonly series: readonly ChartSeries[];
  /** A value as people read it. */
  readonly format: (value: number) => string;
  /** What to say when there is nothing to draw. */
  readonly empty: Child;
}

const WIDTH = 1000;
const HEIGHT = 160;
const HEADROOM = 8;
const TICKS = 3;

export function TimeChart({ title, columns, series, format, empty }: TimeChartProps) {
  const bars = series.filter(({ form }) => form === "bar").map(({ key }) => key);
  const valueOf = (column: ChartColumn, key: string): number => column.values[key] ?? 0;
  const heights = columns.flatMap((column) => [
    bars.reduce((sum, key) => sum + valueOf(column, key), 0),
    ...series.map(({ key }) => valueOf(column, key)),
  ]);
  const highest = max(heights) ?? 0;
  if (highest === 0) return <>{empty}</>;

  const step = WIDTH / columns.length;
  const toY = (value: number): number => round(HEIGHT - (value / highest) * (HEIGHT - HEADROOM));
  const layers = stack<ChartColumn>().keys(bars).value(valueOf)([...columns]);
  const marks = ticks(0, highest, TICKS).filter((mark) => mark > 0);
  const toSentence = ({ label, values }: ChartColumn): string => {
    const parts = series.map(({ key, name }) => `${name} ${toText(values[key], format)}`);
    return `${label}: ${parts.join(", ")}`;
  };
  return (
    <figure class="figure">
      <figcaption class="visually-hidden">{title}</figcaption>
      <div class="plot">
        <svg class="chart marks" width="48" height={HEIGHT} aria-hidden="true">
          {marks.map((mark) => (
            <text x="42" y={Math.max(toY(mark) + 4, 10)} text-anchor="end">
              {format(mark)}
            </text>
          ))}
        </svg>
        <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          {marks.map((mark) => (
            <line class="grid" x1="0" x2={WIDTH} y1={toY(mark)} y2={toY(mark)} vector-effect="non-scaling-stroke" />
          ))}
          <line class="grid" x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} vector-effect="non-scaling-stroke" />
          {columns.map((column, index) => (
            <g data-readout={toSentence(column)}>
              <rect class="slot" x={round(index * step)} y="0" width={round(step)} height={HEIGHT} />
              {layers.map((layer) => {
                const [from, to] = layer[index] ?? [0, 0];
                if (to === from) return null;
                const y = toY(to);
                return (
                  <rect
                    class={layer.key}
                    x={round(index * step + step * 0.14)}
                    y={y}
                    width={round(step * 0.72)}
                    height={round(Math.max(toY(from) - y, 1))}
                  />
                );
              })}
            </g>
          ))}
          {series
            .filter(({ form }) => form === "line")
            .map(({ key }) => (
              <LinePath name={key} columns={columns} step={step} toY={toY} />
            ))}
        </svg>
      </div>
      <div class="scale" aria-hidden="true">
        <span>{columns[0]?.label}</span>
        <span>{columns[Math.floor(columns.length / 2)]?.label}</span>
        <span>now</span>
      </div>
      <div class="chart-foot">
        <ul class="legend" aria-hidden="true">
          {series.map(({ key, name }) => (
            <li class={key}>{name}</li>
          ))}
        </ul>
        <output class="readout" aria-hidden="true"></output>
      </div>
      <Numbers title={title} columns={columns} series={series} format={format} />
    </figure>
  );
}

interface LinePathProps {
  readonly name: string;
  readonly columns: readonly ChartColumn[];
  readonly step: number;
  readonly toY: (value: number) => number;
}

/** A line through the columns that have a value; one that stands alone is drawn as a short dash. */
function LinePath({ name, columns, step, toY }: LinePathProps) {
  const points = columns.map(({ values }, index) => ({ index, value: values[name] ?? null }));
  const path = line<(typeof points)[number]>()
    .defined(({ value }) => value !== null)
    .x(({ index }) => round((index + 0.5) * step))
    .y(({ value }) => toY(value ?? 0));
  const alone = points.filter(
    ({ index, value }) =>
      value !== null && (points[index - 1]?.value ?? null) === null && (points[index + 1]?.value ?? null) === null,
  );
  const dashes = alone.map(
    ({ index, value }) => `M${round((index + 0.2) * step)},${toY(value ?? 0)}h${round(step * 0.6)}`,
  );
  return (
    <path class={`line ${name}`} d={`${path(points) ?? ""}${dashes.join("")}`} vector-effect="non-scaling-stroke" />
  );
}

function Numbers({ title, columns, series, format }: Omit<TimeChartProps, "empty">) {
  const filled = columns.filter(({ values }) => series.some(({ key }) => (values[key] ?? 0) > 0));
  return (
    <details class="numbers">
      <summary>Numbers</summary>
      <div class="scroll" tabindex={0} role="region" aria-label={`${title}, in numbers`}>
        <table>
          <thead>
            <tr>
              <th>Time</th>
              {series.map(({ name }) => (
                <th class="num">{name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {filled.map(({ label, values }) => (
              <tr>
                <td>{label}</td>
                {series.map(({ key }) => (
                  <td class="num">{toText(values[key], format)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function toText(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? "–" : format(value);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
