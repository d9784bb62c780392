// Reads OpenMetrics text by the letter of its grammar, and throws at the first thing that is not in it. For tests.

export interface ParsedFamily {
  readonly type: string;
  readonly unit: string | null;
  readonly help: string;
  /** By the sample's name and labels as they stand. */
  readonly samples: Map<string, number>;
}

const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ["_total"],
  gauge: [""],
  histogram: ["_bucket", "_count", "_sum"],
  summary: ["_count", "_sum"],
};
const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const TEXT = String.raw`(?:[^"\\\n]|\\["\\n])*`;
const LABELS = String.raw`(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="${TEXT}"(?:,(?!\})|(?=\})))+)\})?`;
const SAMPLE = new RegExp(`^(${NAME})${LABELS} (-?[0-9]+(?:\\.[0-9]+)?(?:e[+-][0-9]+)?|[+-]Inf|NaN)$`);

/** The families of a whole answer. */
export function parseOpenMetrics(text: string): Map<string, ParsedFamily> {
  if (!text.endsWith("\n# EOF\n")) throw new Error("no end mark");
  const families = new Map<string, ParsedFamily>();
  let name = "";
  for (const line of text.slice(0, -"\n# EOF\n".length).split("\n")) {
    const metadata = /^# (TYPE|UNIT|HELP) (\S+) (.*)$/.exec(line);
    if (metadata !== null) {
      const [, keyword = "", about = "", value = ""] = metadata;
      if (keyword === "TYPE") {
        if (families.has(about)) throw new Error(`family twice: ${about}`);
        if (SUFFIXES[value] === undefined) throw new Error(`type of ${about}: ${value}`);
        name = about;
        families.set(name, { type: value, unit: null, help: "", samples: new Map() });
        continue;
      }
      const family = families.get(about);
      if (family === undefined || about !== name || family.samples.size > 0) throw new Error(`out of place: ${line}`);
      if (keyword === "UNIT" && !about.endsWith(`_${value}`)) throw new Error(`unit not in the name: ${line}`);
      families.set(name, { ...family, ...(keyword === "UNIT" ? { unit: value } : { help: value }) });
      continue;
    }
    const sample = SAMPLE.exec(line);
    if (sample === null) throw new Error(`not a line of OpenMetrics: ${JSON.stringify(line)}`);
    const [, sampleName = "", labels = "", value = ""] = sample;
    const family = families.get(name);
    if (family === undefined || !sampleName.startsWith(name)) throw new Error(`out of place: ${line}`);
    const suffix = sampleName.slice(name.length);
    if (SUFFIXES[family.type]?.includes(suffix) !== true) throw new Error(`ending of ${line}`);
    const key = labels === "" ? sampleName : `${sampleName}{${labels}}`;
    if (family.samples.has(key)) throw new Error(`sample twice: ${key}`);
    family.samples.set(key, value.endsWith("Inf") ? Number(`${value}inity`) : Number(value));
  }
  for (const [about, family] of families) if (family.type === "histogram") checkHistogram(about, family);
  return families;
}

function checkHistogram(name: string, { samples }: ParsedFamily): void {
  const buckets = [...samples].filter(([key]) => key.startsWith(`${name}_bucket`));
  const bounds = buckets.map(([key]) => /le="([^"]+)"/.exec(key)?.[1] ?? "");
  if (bounds.at(-1) !== "+Inf") throw new Error(`${name} has no bucket for the rest`);
  if (bounds.some((bound) => !/^[0-9]+\.[0-9]+$|^\+Inf$/.test(bound)))
    throw new Error(`bounds of ${name}: ${bounds.join()}`);
  const counts = buckets.map(([, count]) => count);
  if (counts.some((count, index) => count < (counts[index - 1] ?? 0))) throw new Error(`${name} shrinks`);
  if (counts.at(-1) !== samples.get(`${name}_count`)) throw new Error(`${name}: its count is not its last bucket's`);
}
