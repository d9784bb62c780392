// The source maps that errors of late were led back with, for one isolate of the Worker: a plugin that logs an error in
// every run has its map read and parsed once. Does not know where maps are stored.
import { MAX_SOURCE_MAPS, MAX_SOURCE_MAPS_CHARS } from "../limits.ts";
import { parseSourceMap, type SourceMap } from "./parse-source-map.ts";

export class SourceMaps {
  /** By artifact hash; the one used last is last. */
  readonly #kept = new Map<string, SourceMap>();

  /**
   * The map of the artifact: one that is kept, or what `read` gives as text. Null where that is no map; rejects as
   * `read` does. The reading is nobody else's: what one inbox waits for, another cannot.
   */
  async find(hash: string, read: () => Promise<string | null>): Promise<SourceMap | null> {
    const text = this.#kept.has(hash) ? null : await read();
    // Looked for after the reading: runs that ended together read together, and one of them parses.
    const map = this.#kept.get(hash) ?? (text === null ? null : parseSourceMap(text));
    if (map !== null) this.#keep(hash, map);
    return map;
  }

  #keep(hash: string, map: SourceMap): void {
    this.#kept.delete(hash);
    if (map.chars > MAX_SOURCE_MAPS_CHARS) return;
    this.#kept.set(hash, map);
    let chars = 0;
    for (const { chars: one } of this.#kept.values()) chars += one;
    for (const [oldest, { chars: one }] of this.#kept) {
      if (this.#kept.size <= MAX_SOURCE_MAPS && chars <= MAX_SOURCE_MAPS_CHARS) return;
      this.#kept.delete(oldest);
      chars -= one;
    }
  }
}

/** Those of this isolate. */
export const sourceMaps = new SourceMaps();
