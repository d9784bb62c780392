// Loads an artifact once, to learn at registration what would otherwise surface at the first event.
import type { Artifact } from "../../schemas/artifact.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { Env } from "../env.ts";
import { loadIsolate } from "../execute/load-isolate.ts";

const PROBE_MS = 10_000;

/** Ok when the module loads and default-exports a class; otherwise the platform's own words on why not. */
export async function probeArtifact(
  artifact: Artifact,
  { LOADER, ASSETS }: Pick<Env, "LOADER" | "ASSETS">,
): Promise<Result<null, string>> {
  const { hash, manifest } = artifact;
  // Kept for the runs to come only where they may all share it.
  const isolation = manifest.isolation === "plugin" ? "plugin" : "run";
  const key = { hash, isolation, main: manifest.main, projectId: "", generation: 0, place: 0 } as const;
  const isolate = loadIsolate(LOADER, key, { readCode: async () => artifact.code, assets: ASSETS }, null);
  try {
    const answer = await isolate.fetch("http://plugin/", { signal: AbortSignal.timeout(PROBE_MS) });
    await answer.body?.cancel();
    return answer.ok ? ok(null) : fail("the module's default export is not a class");
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}
