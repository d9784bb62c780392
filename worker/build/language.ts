// What building a plugin asks of a programming language. Types only.
import type { Artifact, BuildProblem } from "../../schemas/artifact.ts";
import type { Result } from "../../schemas/result.ts";
import type { PluginSources } from "./bundle-plugin.ts";
import type { Requirement } from "./parse-requirements.ts";

/** A plugin whose manifest is read: what is left to build. */
export interface LanguageSource extends PluginSources {
  /** What the manifest asks to be called for. */
  readonly events: readonly string[];
  /** A problem at the n-th of the manifest's `events`. */
  readonly problemAtEvent: (index: number, message: string) => BuildProblem;
  /** A problem at the manifest's `main`, for what has no place in any source. */
  readonly problemAtMain: (message: string) => BuildProblem;
  /** The text of a file, by its name relative to `root`; null if there is none. */
  readonly readText: (file: string) => Promise<string | null>;
  /** The same for what is no text. */
  readonly readBytes: (file: string) => Promise<Uint8Array | null>;
  /** The names of all files in the plugin's folder, relative to it. */
  readonly listFiles: () => Promise<readonly string[]>;
  /** The plugin's folder, relative to `root`; empty if it is `root` itself. */
  readonly folder: string;
  /** Gets Python packages from their index; null where there is no way to one. */
  readonly installPackages: InstallPackages | null;
}

/** Why packages could not be installed: for one of those asked for, or for all of them together. */
export interface InstallFailure {
  /** Null if it is about all. */
  readonly name: string | null;
  /** Where it is about the lock of an earlier build: the line in it, from 1, or null for all of it. */
  readonly lockLine?: number | null;
  readonly message: string;
}

/** What packages are made of, by their paths. */
export interface PackageFiles {
  readonly texts: ReadonlyMap<string, string>;
  /** Compiled code. */
  readonly libraries: ReadonlyMap<string, Uint8Array>;
}

/** The files of the packages, with all that these need in turn. */
export type InstallPackages = (requirements: readonly Requirement[]) => Promise<Result<PackageFiles, InstallFailure>>;

export type Compiled = Pick<Artifact, "handlers" | "code" | "sourceMap">;
export type Compile = (source: LanguageSource) => Promise<Result<Compiled, BuildProblem[]>>;
