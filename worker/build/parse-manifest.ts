// plugin.toml to a checked manifest, or every reason why not, each pointing at its place in the file. What a manifest
// may hold is the schema's business; how a refusal is worded is describe-issue's.
import * as v from "valibot";
import type { BuildProblem } from "../../schemas/artifact.ts";
import { ManifestSchema, type Manifest } from "../../schemas/manifest.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import { codeFrame } from "./code-frame.ts";
import { describeIssue } from "./describe-issue.ts";
import { findUnknownKeys } from "./find-unknown-keys.ts";
import { parseToml, type TomlDocument, type TomlPath, type TomlPlace, type TomlTable } from "./parse-toml.ts";

/**
 * Parses and checks the manifest `text`; `file` is how problems call it. `defaults` are keys that hold where the text
 * is silent. Never throws.
 */
export function parseManifest(text: string, file: string, defaults: TomlTable = {}): Result<Manifest, BuildProblem[]> {
  const parsed = parseToml(text, file);
  if (!parsed.ok) return parsed;
  const table = { ...defaults, ...parsed.value.table };
  // One complaint about a value is enough.
  const checked = v.safeParse(ManifestSchema, table, { abortPipeEarly: true });
  const unknown = findUnknownKeys(ManifestSchema, table);
  if (checked.success && unknown.length === 0) return ok(checked.output);
  const named = new Set(unknown.map(({ path }) => JSON.stringify(path)));
  const problems = [
    ...unknown,
    // Of a table's unknown keys the schema names the first, which is among those above. Any other refusal of its own
    // stays: a build that fails has to say why.
    ...(checked.issues ?? [])
      .map((issue) => ({ ...describeIssue(issue), isUnknownKey: issue.expected === "never" }))
      .filter(({ isUnknownKey, path }) => !isUnknownKey || !named.has(JSON.stringify(path))),
  ].map(({ path, message }): BuildProblem => {
    const place = unknown.some((key) => key.path === path) ? parsed.value.placeOfKey(path) : null;
    const { line, column, length } = place ?? placeOf(parsed.value, path);
    return { file, line, column, message, frame: codeFrame(text, line, column, length) };
  });
  return fail(problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)));
}

/** The value, or its key, or for what is missing the nearest thing that should hold it. */
function placeOf(document: TomlDocument, path: TomlPath): TomlPlace {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const part = path.slice(0, depth);
    const place = document.placeOfValue(part) ?? document.placeOfKey(part);
    if (place !== null) return place;
  }
  return { line: 1, column: 1, length: 1 };
}
