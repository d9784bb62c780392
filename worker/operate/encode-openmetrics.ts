// Metrics as OpenMetrics text. Knows the format and no metric. Values come from the database and the inboxes, not from
// counters in memory, which is why none of the usual client libraries is used: those are for counting in a process.

export type Labels = Readonly<Record<string, string>>;

/** One line: its name's ending, its labels, its value. */
export interface Sample {
  /** "" or what the type asks for: `_total`, `_bucket`, `_count`, `_sum`. */
  readonly suffix: string;
  readonly labels: Labels;
  readonly value: number;
}

export interface MetricFamily {
  /** Without the ending of its samples. */
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram" | "summary";
  /** The ending of the name, where it has a unit. */
  readonly unit?: "seconds" | "bytes";
  readonly help: string;
  readonly samples: readonly Sample[];
}

export const OPENMETRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** The families as text, with the mark that says nothing is missing. */
export function encodeOpenMetrics(families: readonly MetricFamily[]): string {
  return `${families.flatMap(toLines).join("\n")}\n# EOF\n`;
}

function toLines({ name, type, unit, help, samples }: MetricFamily): string[] {
  return [
    `# TYPE ${name} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${escape(help)}`,
    ...samples.map(({ suffix, labels, value }) => `${name}${suffix}${toLabels(labels)} ${toNumber(value)}`),
  ];
}

function toLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escape(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function toNumber(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "+Inf" : "-Inf";
}

function escape(text: string): string {
  return text.toWellFormed().replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
