// Which sources a version keeps in its source map, so that the lines of an error can be shown: its author's own files,
// up to a size. Packages can be looked up elsewhere, and are most of a bundle.
import { MAX_KEPT_SOURCE_CHARS } from "../limits.ts";

/** The part of a source map that this is about. */
export interface MapSources {
  readonly sources: readonly (string | null)[];
  readonly sourcesContent?: readonly (string | null)[] | undefined;
}

/** Each source's content, or null where it is not kept. */
export function keepSources({ sources, sourcesContent = [] }: MapSources): (string | null)[] {
  let room = MAX_KEPT_SOURCE_CHARS;
  return sources.map((source, at) => {
    const content = sourcesContent[at] ?? null;
    if (source === null || content === null || /(?:^|\/)node_modules\//.test(source)) return null;
    if (content.length > room) return null;
    room -= content.length;
    return content;
  });
}
