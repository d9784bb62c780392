// Leads a stack in bundled, metered code back to the author's files. Frames of ours are left out.
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import type { SourcePosition } from "../../schemas/run.ts";

/** `at name (plugin.js:12:5)`, `at plugin.js:12:5` or `at async plugin.js:12:5`, as V8 writes them. */
const FRAME = /^ {4}at (?:(?<name>.*?) \(|(?:async )?)(?<file>[^()\s]+?):(?<line>\d+):(?<column>\d+)\)?$/;
/** What is read of a stack: it is the plugin's word, and may be of any length. */
const MAX_STACK_CHARS = 64 * 1024;

export interface MappedStack {
  /** The stack as the author reads it. */
  readonly text: string;
  /** The innermost frame in the author's files, if there is one. */
  readonly where: SourcePosition | null;
}

/**
 * Maps every frame of the plugin's module; `sourceMap` is version-3 JSON text, or null where there is none. The frames
 * are the lines at the end that look like some: a message of several lines comes before them and is left as it is.
 */
export function mapStack(stack: string, sourceMap: string | null): MappedStack {
  const map = readMap(sourceMap);
  const given = beginningOf(stack).split("\n");
  const head = given.slice(0, given.findLastIndex((line) => !line.startsWith("    at ")) + 1);
  const lines = [...head];
  let where: SourcePosition | null = null;
  for (const line of given.slice(head.length)) {
    const { name, file = "", line: row, column } = FRAME.exec(line)?.groups ?? {};
    if (!file.endsWith("plugin.js") || map === null) continue;
    const original = originalPositionFor(map, { line: Number(row), column: Number(column) - 1 });
    if (original.source === null) continue;
    const position = { file: original.source, line: original.line, column: original.column + 1 };
    where ??= position;
    const place = `${position.file}:${position.line}:${position.column}`;
    lines.push(name === undefined ? `    at ${place}` : `    at ${name} (${place})`);
  }
  return { text: lines.join("\n"), where };
}

/** Whole lines, as many as are read. */
function beginningOf(stack: string): string {
  if (stack.length <= MAX_STACK_CHARS) return stack;
  const end = stack.lastIndexOf("\n", MAX_STACK_CHARS);
  return stack.slice(0, end === -1 ? MAX_STACK_CHARS : end);
}

/** A map that cannot be read costs the positions, not the outcome. */
function readMap(sourceMap: string | null): TraceMap | null {
  try {
    return sourceMap === null ? null : new TraceMap(sourceMap);
  } catch {
    return null;
  }
}
