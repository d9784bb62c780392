// Takes one build into the registry: a version that loads becomes current, anything else becomes build errors and
// leaves the version before it running.
import type { BuildProblem, BuildResult } from "../../schemas/artifact.ts";
import type { Env } from "../env.ts";
import { solitude } from "../solitude.ts";
import { findCurrentManifest } from "../store/find-current-manifest.ts";
import { listCurrentHashes } from "../store/list-current-hashes.ts";
import { makeCurrent } from "../store/make-current.ts";
import { pruneVersions } from "../store/prune-versions.ts";
import { recordBuildFailure } from "../store/record-build-failure.ts";
import { recordVersion } from "../store/record-version.ts";
import { findWidening } from "./find-widening.ts";
import { tellInboxes } from "./tell-inboxes.ts";
import { probeArtifact } from "./probe-artifact.ts";

/** What became of a build. `message` says why it failed. */
export interface Registration {
  readonly status: "registered" | "unchanged" | "failed";
  readonly name: string;
  readonly version: string | null;
  readonly message?: string;
  /** What the version may do that the one before it might not; all that a first one may. */
  readonly widening?: readonly string[];
}

export interface RegistryDeps {
  readonly env: Env;
  readonly now: number;
  /** Who registers it, for the audit: `deploy` or `key:<name>`. */
  readonly actor: string;
  /** Tells the inboxes that a plugin has changed. Who registers many tells them once, at the end. */
  readonly tell?: (pluginName: string) => Promise<void>;
}

/** Registers one build. Safe to repeat. */
export async function registerPlugin(result: BuildResult, deps: RegistryDeps): Promise<Registration> {
  if (result.status === "failed") return recordFailure(result.name, null, result.problems, deps);
  const { artifact } = result;
  const { mode, name, version, projects } = artifact.manifest;
  const { DB } = deps.env;
  const tell = deps.tell ?? ((pluginName) => tellInboxes(deps.env, [pluginName]));
  if ((await listCurrentHashes(DB)).get(name) === artifact.hash) {
    // Told all the same: the registration that this one repeats may have failed at just that.
    await tell(name);
    return { status: "unchanged", name, version };
  }

  const probed = await solitude.beside(Date.now, () => probeArtifact(artifact, deps.env));
  if (!probed.ok) return recordFailure(name, version, probed.failure, deps);

  const before = await findCurrentManifest(DB, name);
  const widening = findWidening(before, artifact.manifest);
  const { pluginId, versionId } = await recordVersion(DB, { artifact, now: deps.now });
  const { now, actor } = deps;
  await makeCurrent(DB, { pluginId, versionId, projects, shadow: mode === "shadow", now, actor, widening });
  await pruneVersions(DB, pluginId);
  await tell(name);
  return { status: "registered", name, version, widening };
}

async function recordFailure(
  name: string,
  version: string | null,
  problems: readonly BuildProblem[],
  { env, now, actor }: RegistryDeps,
): Promise<Registration> {
  await recordBuildFailure(env.DB, { name, problems, now, actor });
  return { status: "failed", name, version, message: problems.map((problem) => problem.message).join("\n") };
}
