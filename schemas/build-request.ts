// How the host asks the builder's isolate for a build: the archive is the body, the rest a header. Constants and types
// only.

/** Header with what was said about an upload: JSON, percent-encoded. */
export const BUILD_FACTS_HEADER = "x-build-facts";

/** What whoever uploads an archive says about it. */
export interface UploadFacts {
  readonly pluginName: string;
  /** Kili's handler types and event patterns that the plugin is for, where it has no manifest that says so. */
  readonly handlerTypes: readonly string[];
  readonly eventMatcher: readonly string[];
}
