// A plugin that is uploaded: what is said about the archive on its way to the builder, and what came of it. Constants
// and types only.

/** Header of a request to the builder with the `UploadFacts`: JSON, percent-encoded. The archive is the body. */
export const BUILD_FACTS_HEADER = "x-build-facts";

/** What whoever uploads an archive says about it. */
export interface UploadFacts {
  readonly pluginName: string;
  /** Kili's handler types and event patterns that the plugin is for, where it has no manifest that says so. */
  readonly handlerTypes: readonly string[];
  readonly eventMatcher: readonly string[];
  /** Whether Python that comes without permissions gets those its code calls for. */
  readonly infersScopes?: boolean;
}

/** What came of building an upload. */
export interface UploadOutcome {
  readonly status: "registered" | "unchanged" | "failed";
  readonly name: string;
  /** The manifest's own version, if one was built. */
  readonly version: string | null;
  /** Why it failed. */
  readonly message?: string;
  /** True if a version from before goes on running in place of one that failed. */
  readonly keepsRunning: boolean;
  /** What the version may do that the one before it might not; all that a first one may. */
  readonly widening?: readonly string[];
}

/** Why an upload was not even built. */
export type UploadRefusal = "name_taken" | "unknown_plugin" | "busy" | "no_upload";
