// A build problem that points at a place in the manifest, for what only shows later in the build.
import type { BuildProblem } from "../../schemas/artifact.ts";
import { codeFrame } from "./code-frame.ts";
import { parseToml, type TomlPath } from "./parse-toml.ts";

/** A problem at the value under `path` in the manifest `text`. */
export function manifestProblem(text: string, file: string, path: TomlPath, message: string): BuildProblem {
  const parsed = parseToml(text, file);
  const place = parsed.ok ? parsed.value.placeOfValue(path) : null;
  if (place === null) return { file, line: null, column: null, message, frame: null };
  const { line, column, length } = place;
  return { file, line, column, message, frame: codeFrame(text, line, column, length) };
}
