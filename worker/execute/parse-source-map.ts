// From a version's source map to something that leads back from its code. Does not know where maps come from.
import { originalPositionFor, TraceMap, type SourceMapInput } from "@jridgewell/trace-mapping";
import * as v from "valibot";
import type { SourcePosition } from "../../schemas/run.ts";
import { MAX_SOURCE_MAP_CHARS } from "../limits.ts";

export interface SourceMap {
  /** Where in the author's files this place of the code is from; both count from 1. Null where it is from none. */
  readonly find: (line: number, column: number) => SourcePosition | null;
  /** The length of its mappings, which says what it takes in memory: some twelve bytes for each, once it was used. */
  readonly chars: number;
}

/** Without the sources' content, which would be kept with it. */
const SourceMapSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    version: v.literal(3),
    mappings: v.string(),
    names: v.optional(v.array(v.string()), []),
    sources: v.array(v.nullable(v.string())),
    sourceRoot: v.optional(v.string()),
  }),
);

/** Reads version-3 JSON text; null for what is none, or is larger than that of any build. */
export function parseSourceMap(text: string): SourceMap | null {
  if (text.length > MAX_SOURCE_MAP_CHARS) return null;
  const parsed = v.safeParse(SourceMapSchema, text);
  if (!parsed.success) return null;
  const map = new TraceMap(parsed.output as SourceMapInput);
  return {
    find(line, column) {
      // The library refuses what no code has.
      if (!(line >= 1 && column >= 1)) return null;
      const found = originalPositionFor(map, { line, column: column - 1 });
      if (!found.source || found.line < 1 || found.column < 0) return null;
      return { file: found.source, line: found.line, column: found.column + 1 };
    },
    chars: parsed.output.mappings.length,
  };
}
