// A plugin folder as an archive to upload: a script becomes one module with all that it imports, because the host's
// build knows no packages; Python goes as it stands. It sends nothing.
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import type { BuildProblem } from "../../schemas/artifact.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import { bundlePlugin } from "../../worker/build/bundle-plugin.ts";
import { parseManifest } from "../../worker/build/parse-manifest.ts";
import { buildPluginFolder } from "../build/build-plugins.ts";
import { listPythonFiles } from "../build/list-python-files.ts";
import { replaceTomlValue } from "./replace-toml-value.ts";
import { writeZip } from "./write-zip.ts";

export interface PackedPlugin {
  readonly name: string;
  readonly version: string;
  /** A zip. */
  readonly archive: Uint8Array<ArrayBuffer>;
}

/** What a bundle is called in the archive; the manifest is changed to name it. */
const BUNDLE_FILE = "main.js";

/** Packs the plugin in `folder`, or says why the host would not build it. */
export async function packPlugin(folder: string): Promise<Result<PackedPlugin, BuildProblem[]>> {
  const at = resolve(folder);
  const text = await readFile(join(at, "plugin.toml"), "utf8").catch(() => null);
  const manifest = text === null ? null : parseManifest(text, "plugin.toml");
  if (text !== null && manifest?.ok && manifest.value.main.endsWith(".py")) {
    const files = await readPythonFiles(at);
    return ok({ ...manifest.value, archive: await writeZip([["plugin.toml", text], ...files]) });
  }
  // Everything the host will check, where the author's own files are at hand to point at.
  const built = await buildPluginFolder(at);
  if (built.status === "failed") return fail(built.problems);
  const { name, version, main } = built.artifact.manifest;
  const bundle = await bundlePlugin({ build, root: at, main });
  if (!bundle.ok) return fail(bundle.failure);
  const map = Buffer.from(bundle.value.sourceMap).toString("base64");
  const code = `${bundle.value.code}\n//# sourceMappingURL=data:application/json;base64,${map}\n`;
  const toml = replaceTomlValue(text ?? "", ["main"], JSON.stringify(BUNDLE_FILE));
  const archive = await writeZip([
    ["plugin.toml", toml],
    [BUNDLE_FILE, code],
  ]);
  return ok({ name, version, archive });
}

async function readPythonFiles(folder: string): Promise<[name: string, text: string][]> {
  const names = await listPythonFiles(folder);
  return Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "utf8")] as [string, string]));
}
