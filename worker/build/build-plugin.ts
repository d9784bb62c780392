// One plugin's manifest and sources to an artifact, or to every problem its author has to know of. Reads no files
// itself, and never throws for what an author wrote.
import * as v from "valibot";
import { ARTIFACT_FORMAT, type BuildProblem, type BuildResult } from "../../schemas/artifact.ts";
import { MAX_PLUGIN_NAME_CHARS, PluginNameSchema } from "../../schemas/manifest.ts";
import { MAX_BUILD_PROBLEMS, MAX_PROBLEM_CHARS } from "../limits.ts";
import type { PluginSources } from "./bundle-plugin.ts";
import { hashText } from "./hash-text.ts";
import { languageOf } from "./language-of.ts";
import type { InstallPackages } from "./language.ts";
import { manifestProblem } from "./manifest-problem.ts";
import { parseManifest } from "./parse-manifest.ts";
import { parseToml, type TomlTable } from "./parse-toml.ts";

export interface PluginFolder extends Omit<PluginSources, "main"> {
  /** The plugin's folder, relative to `root`; empty if it is `root` itself. */
  readonly folder: string;
  /** The text of plugin.toml, or null if the folder has none. */
  readonly manifest: string | null;
  /** The file that the manifest's text stands in, if it is not plugin.toml. */
  readonly manifestFile?: string;
  /** Keys of the manifest that hold where its text is silent. */
  readonly defaults?: TomlTable;
  /** The text of a file by its name relative to `root`, for languages that esbuild does not read. */
  readonly readText?: (file: string) => Promise<string | null>;
  /** The same for what is no text. */
  readonly readBytes?: (file: string) => Promise<Uint8Array | null>;
  /** The names of the files in `folder`, relative to it, for those languages too. */
  readonly listFiles?: () => Promise<readonly string[]>;
  readonly installPackages?: InstallPackages;
}

/** Builds one plugin. */
export async function buildPlugin(plugin: PluginFolder): Promise<BuildResult> {
  const inFolder = (name: string): string => (plugin.folder === "" ? name : `${plugin.folder}/${name}`);
  const file = inFolder(plugin.manifestFile ?? "plugin.toml");
  const text = plugin.manifest;
  const folderName = plugin.folder.split("/").at(-1) || "unnamed";
  if (text === null) {
    const message = "Cannot build plugin: found no plugin.toml, wanted one in the plugin's folder";
    return failed(folderName, [{ file, line: null, column: null, message, frame: null }]);
  }
  const manifest = parseManifest(text, file, plugin.defaults);
  if (!manifest.ok) return failed(nameIn(text) ?? folderName, manifest.failure);
  const { name, events } = manifest.value;

  const main = inFolder(manifest.value.main);
  const compiled = await languageOf(main)({
    ...plugin,
    main,
    events,
    problemAtEvent: (index, message) => manifestProblem(text, file, ["events", index], message),
    problemAtMain: (message) => manifestProblem(text, file, ["main"], message),
    readText: plugin.readText ?? (async () => null),
    readBytes: plugin.readBytes ?? (async () => null),
    listFiles: plugin.listFiles ?? (async () => []),
    installPackages: plugin.installPackages ?? null,
  });
  if (!compiled.ok) return failed(name, compiled.failure);
  const hash = await hashText(`${JSON.stringify(manifest.value)}\n${compiled.value.code}`);
  return { status: "built", artifact: { format: ARTIFACT_FORMAT, hash, manifest: manifest.value, ...compiled.value } };
}

function failed(name: string, problems: BuildProblem[]): BuildResult {
  const kept = problems.slice(0, MAX_BUILD_PROBLEMS).map((problem) => ({
    ...problem,
    file: problem.file.slice(0, MAX_PROBLEM_CHARS),
    message: problem.message.slice(0, MAX_PROBLEM_CHARS),
  }));
  return { status: "failed", name: name.slice(0, MAX_PLUGIN_NAME_CHARS), problems: kept };
}

/** The name a manifest gives, even if it is otherwise wrong: its errors belong to the plugin of that name. */
function nameIn(manifest: string): string | null {
  const parsed = parseToml(manifest, "plugin.toml");
  const name = parsed.ok ? parsed.value.table["name"] : /^name\s*=\s*"([^"\\]+)"/m.exec(manifest)?.[1];
  return v.is(PluginNameSchema, name) ? name : null;
}
