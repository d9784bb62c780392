// From a version's source map to something that leads back from its code, and takes little more memory than its text.
// Does not know where maps come from.
import { TraceMap } from "@jridgewell/trace-mapping";
import * as v from "valibot";
import type { SourcePosition } from "../../schemas/run.ts";
import { MAX_SOURCE_MAP_CHARS } from "../limits.ts";
import { openMappings, readMapping, type MappingReader } from "./read-mapping.ts";

export interface SourceMap {
  /** Where in the author's files this place of the code is from; both count from 1. Null where it is from none. */
  readonly find: (line: number, column: number) => SourcePosition | null;
  /** What it takes in memory, roughly. */
  readonly chars: number;
}

const SourceMapSchema = v.object({
  version: v.literal(3),
  mappings: v.string(),
  sources: v.array(v.nullable(v.string())),
  sourceRoot: v.optional(v.string(), ""),
});

/** Reads version-3 JSON text; null for what is none, or is larger than that of any build. */
export function parseSourceMap(text: string): SourceMap | null {
  if (text.length > MAX_SOURCE_MAP_CHARS) return null;
  const parsed = v.safeParse(SourceMapSchema, parseJson(text));
  if (!parsed.success) return null;
  const { mappings, ...facts } = parsed.output;
  // Named as for everybody else who reads the map.
  const files = new TraceMap({ ...facts, names: [], mappings: "" }).resolvedSources;
  const marks = markMappings(mappings);
  return {
    find(line, column) {
      const mapping = findMapping(mappings, marks, line - 1, column - 1);
      const file = mapping === null ? undefined : files[mapping.source];
      if (mapping === null || !file || mapping.sourceLine < 0 || mapping.sourceColumn < 0) return null;
      return { file, line: mapping.sourceLine + 1, column: mapping.sourceColumn + 1 };
    },
    chars: mappings.length + files.reduce((sum, file) => sum + file.length, 0),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Where one can begin to read: at the start, and after every so many steps. */
interface Marks {
  readonly readers: readonly Readonly<MappingReader>[];
  /** Where what can be read ends. */
  readonly end: number;
}

const STRIDE = 64;

function markMappings(mappings: string): Marks {
  const reader = openMappings();
  const readers = [{ ...reader }];
  let end = 0;
  for (let steps = 1; readMapping(mappings, reader); steps += 1) {
    end = reader.at;
    if (steps % STRIDE === 0) readers.push({ ...reader });
  }
  return { readers, end };
}

/** The last mapping on this line that is not after the column; null where that is from nowhere. */
function findMapping(
  mappings: string,
  { readers, end }: Marks,
  line: number,
  column: number,
): Readonly<MappingReader> | null {
  const isAfter = (one: MappingReader): boolean => one.line > line || (one.line === line && one.column > column);
  let begin = 0;
  for (let beyond = readers.length; beyond - begin > 1;) {
    const middle = (begin + beyond) >> 1;
    const mark = readers[middle];
    if (mark === undefined || isAfter(mark)) beyond = middle;
    else begin = middle;
  }
  const until = readers[begin + 1]?.at ?? end;
  const reader = { ...(readers[begin] ?? openMappings()) };
  let last = { ...reader };
  while (reader.at < until && readMapping(mappings, reader) && !isAfter(reader)) last = { ...reader };
  return last.line === line && last.isPlaced ? last : null;
}
