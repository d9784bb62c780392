// What a build gives: an artifact that can be loaded, or problems a person can act on.
import * as v from "valibot";
import { ManifestSchema } from "./manifest.ts";

/** Version of the artifact's form. A host refuses another. */
export const ARTIFACT_FORMAT = 1;

/** One thing wrong with a plugin's sources, pointing at the author's own file. Lines and columns count from 1. */
export const BuildProblemSchema = v.object({
  file: v.string(),
  line: v.nullable(v.number()),
  column: v.nullable(v.number()),
  message: v.string(),
  /** The source around the place, with a marker under it; null where there is no place. */
  frame: v.nullable(v.string()),
});
export type BuildProblem = v.InferOutput<typeof BuildProblemSchema>;

/** A plugin ready to run: bundled, metered, source-mapped. */
export const ArtifactSchema = v.object({
  format: v.literal(ARTIFACT_FORMAT),
  /** Lower-case hex SHA-256 over manifest and code; the version's identity. */
  hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  manifest: ManifestSchema,
  /** Names of the SDK's handler methods that the class implements. */
  handlers: v.array(v.string()),
  /** One ES module that default-exports the class, with CPU metering compiled in. */
  code: v.string(),
  /** Source map (version 3, as JSON text) from `code` to the author's files. */
  sourceMap: v.string(),
});
export type Artifact = v.InferOutput<typeof ArtifactSchema>;

/** The outcome of building one plugin folder. A failed build still names the plugin it is about. */
export const BuildResultSchema = v.variant("status", [
  v.object({ status: v.literal("built"), artifact: ArtifactSchema }),
  v.object({
    status: v.literal("failed"),
    /** The manifest's name, or the folder's where the manifest does not say. */
    name: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
    problems: v.pipe(v.array(BuildProblemSchema), v.minLength(1)),
  }),
]);
export type BuildResult = v.InferOutput<typeof BuildResultSchema>;
