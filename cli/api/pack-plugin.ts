// A plugin folder as an archive to upload: a script becomes one module with all that it imports, because the host's
// build knows no packages; Python goes as it stands. It sends nothing.
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import type { BuildProblem } from "../../schemas/artifact.ts";
import { isPython } from "../../schemas/is-python.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import { bundlePlugin } from "../../worker/build/bundle-plugin.ts";
import { PACKAGES_FOLDER } from "../../worker/build/python-packages.ts";
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
  // Everything the host will check, where the author's own files are at hand to point at.
  const built = await buildPluginFolder(at);
  if (built.status === "failed") return fail(built.problems);
  const { name, version, main } = built.artifact.manifest;
  if (isPython(built.artifact.manifest)) {
    const files = await readPythonFiles(at, built.artifact.code);
    return ok({ name, version, archive: await writeZip([["plugin.toml", text ?? ""], ...files]) });
  }
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

/**
 * The plugin's own files as they lie there, and its packages, which may come from elsewhere, as they were built. Where
 * there are none, what asks for them is left out: its conditions were answered here, and the host would miss the rest.
 */
async function readPythonFiles(folder: string, code: string): Promise<ZippedFile[]> {
  const { packages = {}, libraries = {} } = JSON.parse(code) as PackedPackages;
  const taken: ZippedFile[] = [
    ...Object.entries(packages),
    ...Object.entries(libraries).map(([name, base64]) => [name, Buffer.from(base64, "base64")] as const),
  ].map(([name, content]) => [`${PACKAGES_FOLDER}/${name}`, content]);
  const isLeftOut = (name: string): boolean =>
    name.startsWith(`${PACKAGES_FOLDER}/`) || (name === "requirements.txt" && taken.length === 0);
  const names = (await listPythonFiles(folder)).filter((name) => !isLeftOut(name));
  const own = names.map(async (name): Promise<ZippedFile> => [name, await readFile(join(folder, name), "utf8")]);
  return [...(await Promise.all(own)), ...taken];
}

/** What a Python plugin's code says of its packages. */
interface PackedPackages {
  readonly packages?: Readonly<Record<string, string>>;
  /** In Base64. */
  readonly libraries?: Readonly<Record<string, string>>;
}

type ZippedFile = readonly [name: string, content: string | Uint8Array];
