// Puts another value into TOML text, leaving everything else as its author wrote it.
import { parseToml, type TomlPath } from "../../worker/build/parse-toml.ts";

/** The text with the value at `path` replaced by `value`, which is TOML; the text as it is if there is no such value. */
export function replaceTomlValue(text: string, path: TomlPath, value: string): string {
  const parsed = parseToml(text, "plugin.toml");
  const place = parsed.ok ? parsed.value.placeOfValue(path) : null;
  if (place === null) return text;
  const before = text.split("\n").slice(0, place.line - 1);
  const start = before.reduce((length, line) => length + line.length + 1, 0) + place.column - 1;
  return text.slice(0, start) + value + text.slice(start + place.length);
}
