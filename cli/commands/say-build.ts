// The build command: builds, and says what the build says. What it builds is cli/build/build.ts's business.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ok } from "../../schemas/result.ts";
import type { PluginIndex } from "../build/write-plugins.ts";
import { sayResult } from "../say-result.ts";
import { runBuild } from "./run-build.ts";

export interface BuildFlags {
  readonly root: string;
  readonly json?: boolean;
  /** Whether a plugin that does not build is a failure. */
  readonly check?: boolean;
}

/** Builds; the answer is the exit code. */
export async function sayBuild({ root, json = false, check = false }: BuildFlags): Promise<number> {
  const built = await runBuild(root, json ? ["--json"] : []);
  if (!built.ok) return sayResult(built, json);
  const text = built.value.trimEnd();
  const exitCode = check && !(await didAllBuild(root)) ? 1 : 0;
  return sayResult(ok({ json: json ? (JSON.parse(text) as unknown) : null, text, exitCode }), json);
}

// Not the build's own exit code: a build that breaks off has the same one.
async function didAllBuild(root: string): Promise<boolean> {
  const index = await readFile(join(root, "dist", "assets", "plugins", "index.json"), "utf8");
  return (JSON.parse(index) as PluginIndex).plugins.every(({ status }) => status === "built");
}
