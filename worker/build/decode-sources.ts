// The files of an archive that a build may read, as text. What no build reads is left out, whatever it is.
import type { BuildProblem } from "../../schemas/artifact.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { ArchiveFiles } from "./read-archive.ts";

const SOURCES = /\.(?:tsx?|m?js|json|toml|py|txt)$/;

/** Texts by path. Sources must be UTF-8: another encoding would be another program. */
export function decodeSources(files: ArchiveFiles): Result<ReadonlyMap<string, string>, BuildProblem[]> {
  const texts = new Map<string, string>();
  const problems: BuildProblem[] = [];
  for (const [file, bytes] of files) {
    if (!SOURCES.test(file)) continue;
    try {
      texts.set(file, new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    } catch {
      const message = `Cannot read ${JSON.stringify(file)}: found bytes that are not UTF-8, wanted the file saved as UTF-8`;
      problems.push({ file, line: null, column: null, message, frame: null });
    }
  }
  return problems.length > 0 ? fail(problems) : ok(texts);
}
