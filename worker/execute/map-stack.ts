// Leads a stack in bundled, metered code back to the author's files. Frames of ours are left out.
import type { SourcePosition } from "../../schemas/run.ts";
import { mapFrame, parseFrame } from "./map-frame.ts";
import type { SourceMap } from "./parse-source-map.ts";

/** What is read of a stack: it is the plugin's word, and may be of any length. */
const MAX_STACK_CHARS = 64 * 1024;

export interface MappedStack {
  /** The stack as the author reads it. */
  readonly text: string;
  /** The innermost frame in the author's files, if there is one. */
  readonly where: SourcePosition | null;
}

/**
 * Maps every frame of the plugin's module; `map` is null where there is none. The frames are the lines at the end that
 * look like some: a message of several lines comes before them and is left as it is.
 */
export function mapStack(stack: string, map: SourceMap | null): MappedStack {
  const given = beginningOf(stack).split("\n");
  const head = given.slice(0, given.findLastIndex((line) => !line.startsWith("    at ")) + 1);
  const lines = [...head];
  let where: SourcePosition | null = null;
  for (const line of given.slice(head.length)) {
    const frame = parseFrame(line);
    const mapped = frame === null || frame.rest !== "" ? null : mapFrame(frame, map);
    if (mapped === null) continue;
    where ??= mapped.where;
    lines.push(mapped.text);
  }
  return { text: lines.join("\n"), where };
}

/** Whole lines, as many as are read. */
function beginningOf(stack: string): string {
  if (stack.length <= MAX_STACK_CHARS) return stack;
  const end = stack.lastIndexOf("\n", MAX_STACK_CHARS);
  return stack.slice(0, end === -1 ? MAX_STACK_CHARS : end);
}
