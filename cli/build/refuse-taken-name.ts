// Whether a plugin has its name to itself among the folders beside its own. Builds nothing: of the other folders only the
// manifests are read, and parsed only where they hold the name at all.
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { BuildResult } from "../../schemas/artifact.ts";
import { parseToml } from "../../worker/build/parse-toml.ts";
import { listPluginFolders, nameTaken } from "./build-plugins.ts";

/** What became of the folder's build, if another folder's manifest has the plugin's name too; null if none has. */
export async function refuseTakenName(folder: string, result: BuildResult): Promise<BuildResult | null> {
  const plugin = result.status === "built" ? result.artifact.manifest.name : result.name;
  const beside = await listPluginFolders(dirname(resolve(folder)));
  const others = beside.filter((other) => other !== resolve(folder));
  const named = await Promise.all(others.map((other) => isNamed(other, plugin)));
  const taken = others.find((_, at) => named[at]);
  return taken === undefined ? null : nameTaken(result, folder, taken);
}

async function isNamed(folder: string, plugin: string): Promise<boolean> {
  const text = await readFile(join(folder, "plugin.toml"), "utf8").catch(() => "");
  if (!text.includes(plugin)) return false;
  const parsed = parseToml(text, "plugin.toml");
  return parsed.ok && parsed.value.table["name"] === plugin;
}
