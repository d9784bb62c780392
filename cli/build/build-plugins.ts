// Builds plugin folders on this machine's disk. What building means is worker/build's business; nothing is written but
// the lock of a plugin's Python packages.
import { access, readdir, readFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { BuildResult } from "../../schemas/artifact.ts";
import { MAX_PLUGIN_NAME_CHARS } from "../../schemas/manifest.ts";
import { buildPlugin } from "../../worker/build/build-plugin.ts";
import type { InstallPackages } from "../../worker/build/language.ts";
import { manifestProblem } from "../../worker/build/manifest-problem.ts";
import { installPackages } from "./install-packages.ts";
import { listPythonFiles } from "./list-python-files.ts";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

/** The folders of `dir` that have a plugin.toml, in the order of their names. */
export async function listPluginFolders(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  const folders = entries.flatMap((entry) => (entry.isDirectory() ? [join(dir, entry.name)] : [])).sort();
  const found = await Promise.all(folders.map((folder) => exists(join(folder, "plugin.toml"))));
  return folders.filter((_, at) => found[at]);
}

export interface BuildOptions {
  /** Whether what pip resolved is written beside requirements.txt, and what it installed is kept; by default both are. */
  readonly keepsLock?: boolean;
  /** Is told of a folder with requirements that have no lock. */
  readonly onUnlocked?: (folder: string) => void;
}

/** Builds each of these folders. A name that an earlier one has is refused. */
export async function buildPlugins(folders: readonly string[], options: BuildOptions = {}): Promise<BuildResult[]> {
  const results: BuildResult[] = [];
  const folderOf = new Map<string, string>();
  for (const folder of folders) {
    const result = await buildPluginFolder(folder, options);
    const plugin = result.status === "built" ? result.artifact.manifest.name : result.name;
    const taken = folderOf.get(plugin);
    if (taken === undefined) folderOf.set(plugin, folder);
    results.push(taken === undefined ? result : await nameTaken(result, folder, taken));
  }
  return results;
}

/** Builds the plugin in `folder`, which may lie anywhere. */
export async function buildPluginFolder(
  folder: string,
  { keepsLock = true, onUnlocked }: BuildOptions = {},
): Promise<BuildResult> {
  const at = resolve(folder);
  const root = rootOf(folder);
  const inside = nameFrom(root, at);
  const file = join(at, "plugin.toml");
  try {
    const readText = (name: string): Promise<string | null> => readFile(join(root, name), "utf8").catch(() => null);
    const readBytes = (name: string): Promise<Uint8Array | null> => readFile(join(root, name)).catch(() => null);
    const manifest = await readFile(file, "utf8");
    const listFiles = (): Promise<string[]> => listPythonFiles(at);
    const cache = join(PROJECT, ".cache", "python-packages");
    const packages = { folder: at, cache, env: process.env, keepsLock, onUnlocked: () => onUnlocked?.(folder) };
    const install: InstallPackages = (requirements) => installPackages(requirements, packages);
    const read = { readText, readBytes, listFiles };
    return await buildPlugin({ build, root, folder: inside, manifest, ...read, installPackages: install });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : null;
    if (code === null) throw error;
    if (code === "ENOTDIR") return failed(at, inside, "Cannot build plugin: found a file, wanted a plugin's folder");
    if (code !== "ENOENT")
      return failed(at, `${inside}/plugin.toml`, `Cannot read manifest: found ${code}, wanted a file that can be read`);
    if (!(await exists(at))) return failed(at, inside, "Cannot build plugin: found no such folder, wanted a plugin's");
    const [below] = await listPluginFolders(at);
    if (below === undefined) return buildPlugin({ build, root, folder: inside, manifest: null });
    const message = `Cannot build plugin: found no plugin.toml but in folders below, wanted one plugin's folder, such as ${relative(process.cwd(), below)}`;
    return failed(at, inside, message);
  }
}

/** The folder that the names of files in a plugin's problems are relative to. */
export function rootOf(folder: string): string {
  const at = resolve(folder);
  return isWithin(at, PROJECT) ? resolve(PROJECT) : dirname(dirname(at));
}

/** What becomes of `result`, of a plugin whose name is that of the one in the folder `taken`. */
export async function nameTaken(result: BuildResult, folder: string, taken: string): Promise<BuildResult> {
  const name = result.status === "built" ? result.artifact.manifest.name : result.name;
  const at = resolve(folder);
  const [root, file] = [rootOf(folder), join(at, "plugin.toml")];
  const other = join(resolve(taken), "plugin.toml");
  const shown = isWithin(other, root) ? nameFrom(root, other) : other;
  const message = `Cannot build plugin: found its name ${JSON.stringify(name)} in ${shown} too, wanted one of its own`;
  const text = await readFile(file, "utf8").catch(() => "");
  const problem = manifestProblem(text, nameFrom(root, file), ["name"], message);
  const own = result.status === "built" ? [] : result.problems;
  // Of a manifest that cannot be read, the name is a guess.
  const problems = own.length > 0 && problem.line === null ? own : [...own, problem];
  // Under the folder's name: the name itself belongs to the other plugin.
  return { status: "failed", name: shortName(at), problems };
}

function failed(folder: string, file: string, message: string): BuildResult {
  return {
    status: "failed",
    name: shortName(folder),
    problems: [{ file, line: null, column: null, message, frame: null }],
  };
}

function shortName(folder: string): string {
  return basename(folder).slice(0, MAX_PLUGIN_NAME_CHARS);
}

/** How problems name a file. */
function nameFrom(root: string, path: string): string {
  return relative(root, path).replaceAll(sep, "/");
}

function isWithin(path: string, folder: string): boolean {
  const inside = relative(folder, path);
  return !inside.startsWith("..") && !isAbsolute(inside);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
