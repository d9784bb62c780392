// One line of a stack, led back from the plugin's module to the author's files. What becomes of lines that lead nowhere
// is for whoever asks.
import type { SourcePosition } from "../../schemas/run.ts";
import type { SourceMap } from "./parse-source-map.ts";

/** A line that tells of a call in a module of the isolate's. */
export interface Frame {
  /** `plugin` is the author's; `host` is what we put around it. */
  readonly of: "plugin" | "host";
  /** The function, where it has a name. */
  readonly name: string | null;
  readonly line: number;
  readonly column: number;
  /** What follows on the line: an error may be logged with something after it. */
  readonly rest: string;
}

// As V8 writes them: `at name (plugin.js:12:5)`, `at plugin.js:12:5` or `at async plugin.js:12:5`.
const NAMED = /^ {4}at (?<name>.*?) \((?<file>[^()\s]+?):(?<line>\d{1,9}):(?<column>\d{1,9})\)(?<rest>.*)$/s;
// One that was cut short is none: its column would be another.
const BARE = /^ {4}at (?:async )?(?<file>[^()\s]+?):(?<line>\d{1,9}):(?<column>\d{1,9})(?![\d…])(?<rest>.*)$/s;

const PLUGIN_MODULE = /(?:^|\/)plugin\.js$/;
const HOST_MODULE = /(?:^|\/)(?:harness\.js|meter\.js|kili-edge\/sdk)$/;

/** Null for a line that is none, or tells of a call elsewhere. */
export function parseFrame(text: string): Frame | null {
  const groups = (NAMED.exec(text) ?? BARE.exec(text))?.groups;
  if (groups === undefined) return null;
  const { name = null, file = "", line, column, rest = "" } = groups;
  const of = PLUGIN_MODULE.test(file) ? "plugin" : HOST_MODULE.test(file) ? "host" : null;
  return of === null ? null : { of, name, line: Number(line), column: Number(column), rest };
}

/** The frame in the author's files, without what follows it; null where it leads to none of them. */
export function mapFrame(
  { of, name, line, column }: Frame,
  map: SourceMap | null,
): { readonly text: string; readonly where: SourcePosition } | null {
  const where = of === "plugin" ? (map?.find(line, column) ?? null) : null;
  if (where === null) return null;
  const place = `${where.file}:${where.line}:${where.column}`;
  return { where, text: name === null ? `    at ${place}` : `    at ${name} (${place})` };
}
