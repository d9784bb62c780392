// Python: packed as it is, with what can be said of it at a glance. Whether it is Python, and finds all it imports, only
// Python itself can tell: it does when the version is registered, in an isolate, with the places of what is wrong.
import type { BuildProblem } from "../../schemas/artifact.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import { MAX_PYTHON_CHARS } from "../limits.ts";
import { analysePython } from "./analyse-python.ts";
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
  const { plugin, syntaxErrors } = analysePython(files.get(main) ?? "");
  // The parser does not know all of Python: what it stumbles over, Python itself may take.
  if (plugin === null && syntaxErrors.length === 0) {
    const message = `Cannot find plugin: found no class PluginHandler at the top of ${main}, wanted "class PluginHandler(PluginCore)"`;
    return fail([{ file: source.main, line: null, column: null, message, frame: null }]);
  }
  const code = JSON.stringify({ main, events: source.events, files: Object.fromEntries(files) });
  return ok({ handlers: [...(plugin?.handlers ?? [])], code, sourceMap: "" });
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
