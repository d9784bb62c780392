// The plugins of the bench, as artifacts.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { buildPluginFolder } from "../cli/build/build-plugins.ts";
import type { Artifact } from "../schemas/artifact.ts";

/** Builds a folder of bench/plugins. */
export async function buildBenchPlugin(folder: "held-rule" | "never-ends" | "rule"): Promise<Artifact> {
  const result = await buildPluginFolder(join(import.meta.dirname, "plugins", folder));
  if (result.status === "failed") throw new Error(result.problems.map(({ message }) => message).join("\n"));
  return result.artifact;
}

/** The same code as another plugin: a name and so an isolate of its own. */
export function renamed(artifact: Artifact, name: string, changes: Partial<Artifact["manifest"]> = {}): Artifact {
  const manifest = { ...artifact.manifest, ...changes, name };
  const hash = createHash("sha256")
    .update(artifact.hash + JSON.stringify(manifest))
    .digest("hex");
  return { ...artifact, manifest, hash };
}
