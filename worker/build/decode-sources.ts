// The files of an archive that a build may read, as text. What no build reads is left out, whatever it is.
import type { BuildProblem } from "../../schemas/artifact.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import { MAX_ARCHIVE_IMPORTS, MAX_BUILD_PROBLEMS } from "../limits.ts";
import type { ArchiveFiles } from "./read-archive.ts";

/** How problems call the archive itself. */
export const ARCHIVE_FILE = "archive.zip";

// The bundler asks about each of them, one after the other, and at some thousands a second.
const IMPORT = /\b(?:import|require)\b|\bfrom\s*["']/g;
// METADATA is what a Python package says of itself.
const SOURCES = /(?:\.(?:tsx?|m?js|json|toml|py|txt)|\.dist-info\/METADATA)$/;

/** Texts by path. Sources must be UTF-8: another encoding would be another program. */
export function decodeSources(files: ArchiveFiles): Result<ReadonlyMap<string, string>, BuildProblem[]> {
  const texts = new Map<string, string>();
  const problems: BuildProblem[] = [];
  let imports = 0;
  for (const [file, bytes] of files) {
    if (!SOURCES.test(file)) continue;
    try {
      const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      texts.set(file, text);
      imports += text.match(IMPORT)?.length ?? 0;
    } catch {
      const message = `Cannot read ${JSON.stringify(file)}: found bytes that are not UTF-8, wanted the file saved as UTF-8`;
      problems.push({ file, line: null, column: null, message, frame: null });
    }
  }
  if (imports > MAX_ARCHIVE_IMPORTS) {
    const message = `Cannot bundle: found ${imports} imports, wanted at most ${MAX_ARCHIVE_IMPORTS}`;
    problems.push({ file: ARCHIVE_FILE, line: null, column: null, message, frame: null });
  }
  return problems.length > 0 ? fail(problems.slice(0, MAX_BUILD_PROBLEMS)) : ok(texts);
}
