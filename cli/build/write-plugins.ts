// Writes built plugins where the Worker finds them: one file per plugin and an index of them all.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BuildResult } from "../../schemas/artifact.ts";
import { hashText } from "../../worker/build/hash-text.ts";

/** What dist/assets/plugins/index.json says; the hash changes whenever any plugin does. */
export interface PluginIndex {
  readonly hash: string;
  readonly plugins: readonly { readonly name: string; readonly file: string; readonly status: BuildResult["status"] }[];
}

/** Replaces the contents of `dir` with `results`. */
export async function writePlugins(results: readonly BuildResult[], dir: string): Promise<PluginIndex> {
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  const plugins: PluginIndex["plugins"][number][] = [];
  for (const result of results) {
    const text = JSON.stringify(result);
    const name = result.status === "built" ? result.artifact.manifest.name : result.name;
    const file = `${await hashText(text)}.json`;
    await writeFile(join(dir, file), text);
    plugins.push({ name, file, status: result.status });
  }
  const index: PluginIndex = { hash: await hashText(plugins.map(({ file }) => file).join("\n")), plugins };
  await writeFile(join(dir, "index.json"), `${JSON.stringify(index, null, 2)}\n`);
  return index;
}
