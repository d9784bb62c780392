// Python: packed as it is, with what can be said of it at a glance. Whether it is Python, and finds all it imports, only
// Python itself can tell: it does when the version is registered, in an isolate, with the places of what is wrong.
import type { BuildProblem } from "../../schemas/artifact.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import { MAX_PYTHON_CHARS } from "../limits.ts";
import { analysePython } from "./analyse-python.ts";
import { checkLibraries } from "./check-libraries.ts";
import { isLibraryFile } from "./is-library-file.ts";
import type { Compiled, LanguageSource, PackageFiles } from "./language.ts";
import { findPackages, PACKAGES_FOLDER } from "./python-packages.ts";
import { toBase64 } from "./to-base64.ts";
import { topProblem } from "./top-problem.ts";

/** Checks a plugin whose main file is in Python; its files together, or its problems. */
export async function compilePython(source: LanguageSource): Promise<Result<Compiled, BuildProblem[]>> {
  const { files, packages: vendored } = await readFiles(source);
  const chars = [...files.values()].reduce((sum, text) => sum + text.length, 0);
  if (chars > MAX_PYTHON_CHARS) {
    const message = `Cannot parse Python: found ${chars} characters, wanted at most ${MAX_PYTHON_CHARS}`;
    return fail([source.problemAtMain(message)]);
  }
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
    return fail([topProblem(source.main, files.get(main) ?? "", message)]);
  }
  const packages = await findPackages(source, files, vendored);
  if (!packages.ok) return packages;
  const { texts, libraries } = packages.value;
  const unfit = checkLibraries(libraries, source.folder);
  if (unfit.length > 0) return fail(unfit);
  const code = JSON.stringify({
    main,
    events: source.events,
    files: Object.fromEntries(files),
    ...(texts.size > 0 && { packages: Object.fromEntries(texts) }),
    ...(libraries.size > 0 && {
      libraries: Object.fromEntries([...libraries].map(([path, bytes]) => [path, toBase64(bytes)])),
    }),
  });
  return ok({ handlers: [...(plugin?.handlers ?? [])], code, sourceMap: "" });
}

interface PythonFiles {
  /** The plugin's own. */
  readonly files: ReadonlyMap<string, string>;
  /** By their path in the folder of packages. */
  readonly packages: PackageFiles;
}

async function readFiles(source: LanguageSource): Promise<PythonFiles> {
  const files = new Map<string, string>();
  const texts = new Map<string, string>();
  const libraries = new Map<string, Uint8Array>();
  for (const name of await source.listFiles()) {
    const path = name.startsWith(`${PACKAGES_FOLDER}/`) ? name.slice(PACKAGES_FOLDER.length + 1) : null;
    if (path === null && !name.endsWith(".py")) continue;
    const file = source.folder === "" ? name : `${source.folder}/${name}`;
    if (path !== null && isLibraryFile(path)) {
      const bytes = await source.readBytes(file);
      if (bytes !== null) libraries.set(path, bytes);
      continue;
    }
    const text = await source.readText(file);
    if (text === null) continue;
    if (path === null) files.set(name, text);
    else texts.set(path, text);
  }
  return { files, packages: { texts, libraries } };
}
