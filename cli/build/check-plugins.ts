// All that can be said of plugins without a host: whether they build, whether their types agree, and whether their
// manifests allow what they call. Nothing is kept, and nothing of theirs is run; packages are asked for at their index.
import { readFile } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import type { BuildProblem } from "../../schemas/artifact.ts";
import { codeFrame } from "../../worker/build/code-frame.ts";
import { buildPlugins, rootOf } from "./build-plugins.ts";
import { checkTypes } from "./check-types.ts";
import { findMissingScopes } from "./find-missing-scopes.ts";

export interface CheckedPlugin {
  readonly folder: string;
  readonly name: string;
  /** Null where the plugin does not build. */
  readonly version: string | null;
  /** The handlers that its events lead to. */
  readonly handlers: readonly string[];
  /** Their files are named from the folder that the check was made in. */
  readonly problems: readonly BuildProblem[];
  /** Whether its packages are those of its requirements.lock; true where it needs none. */
  readonly isLocked: boolean;
}

/** Checks each of these folders. `root` is the project's own folder, and `cwd` the one that files are named from. */
export async function checkPlugins(root: string, folders: readonly string[], cwd: string): Promise<CheckedPlugin[]> {
  const unlocked = new Set<string>();
  const results = await buildPlugins(folders, { keepsLock: false, onUnlocked: (folder) => unlocked.add(folder) });
  const toShown = (from: string) => async (problem: BuildProblem) => {
    const at = resolve(from, problem.file);
    const near = relative(cwd, at);
    return {
      ...problem,
      file: near.startsWith("..") ? at : near,
      frame: problem.frame ?? (await readFrame(at, problem)),
    };
  };
  return Promise.all(
    results.map(async (result, at) => {
      const folder = resolve(folders[at] ?? "");
      const isLocked = !unlocked.has(folders[at] ?? "");
      const from = rootOf(folder);
      if (result.status === "failed") {
        const { name, problems } = result;
        const shown = await Promise.all(problems.map(toShown(from)));
        return { folder, name, version: null, handlers: [], problems: shown, isLocked };
      }
      const { name, version, main } = result.artifact.manifest;
      const scopes = findMissingScopes(result.artifact, relative(from, folder).replaceAll(sep, "/"));
      const types = main.endsWith(".ts") ? await checkTypes(root, join(folder, main)) : [];
      const problems = await Promise.all([...scopes, ...types].map(toShown(from)));
      return { folder, name, version, handlers: result.artifact.handlers, problems, isLocked };
    }),
  );
}

async function readFrame(file: string, { line, column }: BuildProblem): Promise<string | null> {
  if (line === null || column === null) return null;
  const text = await readFile(file, "utf8").catch(() => null);
  return text === null ? null : codeFrame(text, line, column);
}
