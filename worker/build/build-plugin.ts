// One plugin's manifest and sources to an artifact, or to every problem its author has to know of. Reads no files
// itself, and never throws for what an author wrote.
import { ARTIFACT_FORMAT, type BuildProblem, type BuildResult } from "../../schemas/artifact.ts";
import { bundlePlugin, type PluginSources } from "./bundle-plugin.ts";
import { compileBundle } from "./compile-bundle.ts";
import { hashText } from "./hash-text.ts";
import { manifestProblem } from "./manifest-problem.ts";
import { parseManifest } from "./parse-manifest.ts";
import { parseToml } from "./parse-toml.ts";

export interface PluginFolder extends Omit<PluginSources, "main"> {
  /** The plugin's folder, relative to `root`; empty if it is `root` itself. */
  readonly folder: string;
  /** The text of plugin.toml, or null if the folder has none. */
  readonly manifest: string | null;
}

/** Builds one plugin. */
export async function buildPlugin(plugin: PluginFolder): Promise<BuildResult> {
  const inFolder = (name: string): string => (plugin.folder === "" ? name : `${plugin.folder}/${name}`);
  const file = inFolder("plugin.toml");
  const text = plugin.manifest;
  const folderName = plugin.folder.split("/").at(-1) || "unnamed";
  if (text === null) {
    const message = "Cannot build plugin: found no plugin.toml, wanted one in the plugin's folder";
    return failed(folderName, [{ file, line: null, column: null, message, frame: null }]);
  }
  const manifest = parseManifest(text, file);
  if (!manifest.ok) return failed(nameIn(text) ?? folderName, manifest.failure);
  const { name, events } = manifest.value;

  const main = inFolder(manifest.value.main);
  const bundle = await bundlePlugin({ ...plugin, main });
  if (!bundle.ok) {
    const atMain = (message: string): BuildProblem => manifestProblem(text, file, ["main"], message);
    // What has no place in any source is about the main file itself.
    return failed(
      name,
      bundle.failure.map((problem) => (problem.line === null ? atMain(problem.message) : problem)),
    );
  }
  const problemAtEvent = (index: number, message: string): BuildProblem =>
    manifestProblem(text, file, ["events", index], message);
  const compiled = compileBundle({ ...bundle.value, main, events, problemAtEvent });
  if (!compiled.ok) return failed(name, compiled.failure);
  const hash = await hashText(`${JSON.stringify(manifest.value)}\n${compiled.value.code}`);
  return { status: "built", artifact: { format: ARTIFACT_FORMAT, hash, manifest: manifest.value, ...compiled.value } };
}

function failed(name: string, problems: BuildProblem[]): BuildResult {
  return { status: "failed", name: name.slice(0, 128), problems };
}

/** The name a manifest gives, even if it is otherwise wrong: its errors belong to the plugin of that name. */
function nameIn(manifest: string): string | null {
  const parsed = parseToml(manifest, "plugin.toml");
  const name = parsed.ok ? parsed.value.table["name"] : /^name\s*=\s*"([^"\\]+)"/m.exec(manifest)?.[1];
  return typeof name === "string" && name.length > 0 && name.length <= 128 ? name : null;
}
