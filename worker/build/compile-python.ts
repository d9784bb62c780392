// Python: checked as far as that goes without running it, and packed as it is. What only Python itself can find wrong
// shows when the version is first loaded.
import type { BuildProblem } from "../../schemas/artifact.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import { MAX_PYTHON_CHARS } from "../limits.ts";
import { analysePython } from "./analyse-python.ts";
import { codeFrame } from "./code-frame.ts";
import type { Compiled, LanguageSource } from "./language.ts";

/** Checks a plugin whose main file is in Python; its files together, or its problems. */
export async function compilePython(source: LanguageSource): Promise<Result<Compiled, BuildProblem[]>> {
  const read = await readFiles(source);
  if (!read.ok) return read;
  const files = read.value;
  const inFolder = (name: string): string => (source.folder === "" ? name : `${source.folder}/${name}`);
  const main = [...files.keys()].find((name) => inFolder(name) === source.main);
  if (main === undefined)
    return fail([
      source.problemAtMain(`Cannot import "${source.main}": found no such file, wanted it in the plugin's folder`),
    ]);
  const problems: BuildProblem[] = [];
  let handlers: readonly string[] = [];
  for (const [name, text] of files) {
    const at = (offset: number, message: string): BuildProblem => placeIn(text, inFolder(name), offset, message);
    const analysis = analysePython(text);
    for (const offset of analysis.syntaxErrors)
      problems.push(at(offset, "Cannot parse Python: found a syntax error here"));
    if (name !== main || analysis.syntaxErrors.length > 0) continue;
    if (analysis.plugin === null) {
      const message = `Cannot find plugin: found no class PluginHandler at the top of ${main}, wanted "class PluginHandler(PluginCore)"`;
      problems.push({ file: inFolder(name), line: null, column: null, message, frame: null });
    } else handlers = analysis.plugin.handlers;
  }
  if (problems.length > 0) return fail(problems);
  const code = JSON.stringify({ main, files: Object.fromEntries(files) });
  return ok({ handlers: [...handlers], code, sourceMap: "" });
}

async function readFiles(source: LanguageSource): Promise<Result<Map<string, string>, BuildProblem[]>> {
  const files = new Map<string, string>();
  let chars = 0;
  for (const name of await source.listFiles()) {
    if (!name.endsWith(".py")) continue;
    const text = await source.readText(source.folder === "" ? name : `${source.folder}/${name}`);
    if (text === null) continue;
    files.set(name, text);
    chars += text.length;
  }
  if (chars <= MAX_PYTHON_CHARS) return ok(files);
  return fail([
    source.problemAtMain(`Cannot parse Python: found ${chars} characters, wanted at most ${MAX_PYTHON_CHARS}`),
  ]);
}

function placeIn(text: string, file: string, offset: number, message: string): BuildProblem {
  const before = text.slice(0, offset).split(/\r?\n/);
  const line = before.length;
  const column = (before.at(-1) ?? "").length + 1;
  return { file, line, column, message, frame: codeFrame(text, line, column) };
}
