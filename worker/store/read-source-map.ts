// The source map of one version, for stacks that are to name the author's lines.
import { readChunks } from "./read-chunks.ts";

/** The source map as JSON text; null when no version with this hash was recorded. */
export function readSourceMap(db: D1Database, hash: string): Promise<string | null> {
  return readChunks(db, hash, "map");
}
