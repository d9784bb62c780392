// An uploaded archive to a build result: unpacked, its manifest found or made up, built like a plugin of the
// deployment. Loads nothing and writes nothing down; never throws for what was uploaded.
import type { build as esbuildBuild } from "esbuild";
import type { BuildProblem, BuildResult } from "../../schemas/artifact.ts";
import type { UploadFacts } from "../../schemas/upload.ts";
import { describeArchiveFailure } from "./archive-failure.ts";
import { buildPlugin } from "./build-plugin.ts";
import { ARCHIVE_FILE, decodeSources } from "./decode-sources.ts";
import { findManifest } from "./find-manifest.ts";
import { manifestProblem } from "./manifest-problem.ts";
import { memoryFiles } from "./memory-files.ts";
import { readArchive } from "./read-archive.ts";

export interface ArchiveBuild extends UploadFacts {
  /** A zip, from anybody. */
  readonly archive: Uint8Array<ArrayBuffer>;
  /** esbuild's `build`, or that of esbuild-wasm. */
  readonly build: typeof esbuildBuild;
}

/** Builds the plugin in an archive. The result is always about the plugin that was uploaded. */
export async function buildArchive({ archive, build, ...facts }: ArchiveBuild): Promise<BuildResult> {
  const failed = (problems: BuildProblem[]): BuildResult => ({ status: "failed", name: facts.pluginName, problems });
  const unpacked = await readArchive(archive);
  if (!unpacked.ok) {
    const message = describeArchiveFailure(unpacked.failure);
    return failed([{ file: ARCHIVE_FILE, line: null, column: null, message, frame: null }]);
  }
  const sources = decodeSources(unpacked.value);
  if (!sources.ok) return failed(sources.failure);
  const manifest = findManifest(sources.value, facts);
  if (!manifest.ok) return failed(manifest.failure);
  const { file, text, defaults } = manifest.value;

  const result = await buildPlugin({
    build,
    root: "/",
    folder: "",
    manifest: text,
    manifestFile: file,
    defaults,
    files: memoryFiles(sources.value, "/"),
    readText: async (name) => sources.value.get(name) ?? null,
    readBytes: async (name) => unpacked.value.get(name) ?? null,
    listFiles: async () => [...unpacked.value.keys()],
  });
  if (result.status === "failed") return failed(result.problems);
  const { name } = result.artifact.manifest;
  if (name === facts.pluginName) return result;
  const message = `Cannot build plugin: found the name ${JSON.stringify(name)}, wanted ${JSON.stringify(facts.pluginName)}, as which it was uploaded`;
  return failed([manifestProblem(text, file, ["name"], message)]);
}
