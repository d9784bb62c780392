// Leads the stacks in a run's log back to the author's files: an error that a plugin logs tells as much of where it came
// from as one that it throws. Whatever is no frame of a stack stays as it is.
import type { LogLine } from "../../schemas/run.ts";
import { MAX_LOG_LINE_CHARS, MAX_RUN_LOG_CHARS } from "../limits.ts";
import { mapFrame, parseFrame } from "./map-frame.ts";
import type { SourceMap } from "./parse-source-map.ts";

/** Whether the line may hold a frame of the plugin's module. Costs next to nothing, and most lines hold none. */
export function mayHoldFrames({ content }: LogLine): boolean {
  return content.includes("plugin.js:");
}

/** The same lines, within the same bounds. Without a map, frames of the plugin's keep their places in its module. */
export function mapLog(lines: readonly LogLine[], map: SourceMap | null): readonly LogLine[] {
  // The author's places may be longer than the module's, which are what the log was held to its size with.
  let room = MAX_RUN_LOG_CHARS - lines.reduce((sum, { content }) => sum + storedChars(content), 0);
  return lines.map((line) => {
    if (!mayHoldFrames(line)) return line;
    const content = mapContent(line.content, map).slice(0, MAX_LOG_LINE_CHARS).toWellFormed();
    const growth = storedChars(content) - storedChars(line.content);
    if (growth > Math.max(room, 0)) return line;
    room -= growth;
    return { ...line, content };
  });
}

function storedChars(content: string): number {
  return JSON.stringify(content).length;
}

function mapContent(content: string, map: SourceMap | null): string {
  const mapped: string[] = [];
  for (const text of content.split("\n")) {
    const frame = text.startsWith("    at ") ? parseFrame(text) : null;
    const place = frame === null ? null : mapFrame(frame, map);
    if (frame === null || (map === null && frame.of === "plugin")) mapped.push(text);
    else if (place !== null) mapped.push(place.text + frame.rest);
    // Gone, but for what was logged after the error.
    else if (frame.rest !== "") mapped.push((mapped.pop() ?? "") + frame.rest);
  }
  return mapped.join("\n");
}
