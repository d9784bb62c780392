// Python: checked as far as that goes without running it. No host runs Python yet, so that nothing is compiled: the
// build ends with the problem that says so, at the class that would have run.
import type { BuildProblem } from "../../schemas/artifact.ts";
import { fail, type Result } from "../../schemas/result.ts";
import { MAX_PYTHON_CHARS } from "../limits.ts";
import { analysePython } from "./analyse-python.ts";
import { codeFrame } from "./code-frame.ts";
import type { Compiled, LanguageSource } from "./language.ts";

/** Checks a plugin whose main file is in Python; its problems, or that it would have to wait for a runtime. */
export async function compilePython(source: LanguageSource): Promise<Result<Compiled, BuildProblem[]>> {
  const { main } = source;
  const text = await source.readText(main);
  if (text === null)
    return fail([
      source.problemAtMain(`Cannot import "${main}": found no such file, wanted it in the plugin's folder`),
    ]);
  if (text.length > MAX_PYTHON_CHARS)
    return fail([
      source.problemAtMain(`Cannot parse Python: found ${text.length} characters, wanted at most ${MAX_PYTHON_CHARS}`),
    ]);
  const at = (offset: number, message: string): BuildProblem => {
    const before = text.slice(0, offset).split(/\r?\n/);
    const line = before.length;
    const column = (before.at(-1) ?? "").length + 1;
    return { file: main, line, column, message, frame: codeFrame(text, line, column) };
  };
  const analysis = analysePython(text);
  if (analysis.syntaxErrors.length > 0)
    return fail(analysis.syntaxErrors.map((offset) => at(offset, "Cannot parse Python: found a syntax error here")));
  const { plugin } = analysis;
  if (plugin === null) {
    const message = `Cannot find plugin: found no class PluginHandler at the top of ${main}, wanted "class PluginHandler(PluginCore)"`;
    return fail([{ file: main, line: null, column: null, message, frame: null }]);
  }
  const handlers = plugin.handlers.length === 0 ? "no handlers" : plugin.handlers.join(", ");
  const message = `Cannot run Python yet: found PluginHandler with ${handlers}, and this host has no Python runtime; wanted a plugin in TypeScript or JavaScript`;
  return fail([at(plugin.offset, message)]);
}
