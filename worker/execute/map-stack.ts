// Leads a stack in bundled, metered code back to the author's files. Frames of ours are left out.
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import type { SourcePosition } from "../../schemas/run.ts";

/** `at name (plugin.js:12:5)` or `at plugin.js:12:5`, as V8 writes them. */
const FRAME = /^\s*at (?:(?<name>.*?) \()?(?<file>[^()\s]+?):(?<line>\d+):(?<column>\d+)\)?$/;

export interface MappedStack {
  /** The stack as the author reads it. */
  readonly text: string;
  /** The innermost frame in the author's files, if there is one. */
  readonly where: SourcePosition | null;
}

/** Maps every frame of the plugin's module; `sourceMap` is version-3 JSON text, or null where there is none. */
export function mapStack(stack: string, sourceMap: string | null): MappedStack {
  const map = sourceMap === null ? null : new TraceMap(sourceMap);
  const lines: string[] = [];
  let where: SourcePosition | null = null;
  for (const line of stack.split("\n")) {
    const frame = FRAME.exec(line)?.groups;
    if (frame === undefined) {
      // The head of the stack: the message, in one or several lines.
      if (!line.trimStart().startsWith("at ")) lines.push(line);
      continue;
    }
    const { name, file = "", line: row, column } = frame;
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
