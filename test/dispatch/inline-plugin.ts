// Plugins written where they are tested: a class body instead of a folder. Not metered; for how runs are dispatched,
// not for what a plugin may do.
import { ARTIFACT_FORMAT, type Artifact } from "../../schemas/artifact.ts";
import { manifest } from "../store/rows.ts";
import { registerBuild } from "../test-host.ts";

export interface InlinePlugin {
  readonly name: string;
  readonly projects: readonly string[];
  /** The body of the class; or the whole module, when it exports by itself. */
  readonly source: string;
  readonly manifest?: Parameters<typeof manifest>[0];
}

/** The artifact of an inline plugin, with a hash of its own manifest and code. */
export async function inlineArtifact({ name, projects, source, manifest: more }: InlinePlugin): Promise<Artifact> {
  const code = source.includes("export ")
    ? source
    : `import { PluginCore } from "kili-edge/sdk";\nexport default class PluginHandler extends PluginCore {\n${source}\n}`;
  const declared = manifest({ name, projects: [...projects], retry: { max_attempts: 1 }, ...more });
  const bytes = new TextEncoder().encode(JSON.stringify([declared, code]));
  const hash = hex(await crypto.subtle.digest("SHA-256", bytes));
  const sourceMap = JSON.stringify({ version: 3, sources: [], names: [], mappings: "" });
  return { format: ARTIFACT_FORMAT, hash, manifest: declared, handlers: [], code, sourceMap };
}

/** Registers an inline plugin over HTTP; throws unless it became the current version. */
export async function useInlinePlugin(plugin: InlinePlugin): Promise<Artifact> {
  const artifact = await inlineArtifact(plugin);
  const answer = await registerBuild({ status: "built", artifact });
  if (answer.status !== "registered") throw new Error(`"${plugin.name}" was not registered: ${JSON.stringify(answer)}`);
  return artifact;
}

function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
