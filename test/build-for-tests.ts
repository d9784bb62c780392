// Vitest global setup: builds the guest modules, the example plugins and the plugins that only tests use.
import { spawnSync } from "node:child_process";
import type { TestProject } from "vitest/node";
import type { BuildResult } from "../schemas/artifact.ts";
import { buildPlugins } from "../cli/build-plugins.ts";

declare module "vitest" {
  interface ProvidedContext {
    testPlugins: BuildResult[];
  }
}

export default async function setup(project: TestProject): Promise<void> {
  const built = spawnSync(process.execPath, ["cli/build.ts"], { encoding: "utf8" });
  if (built.status !== 0) throw new Error(`npm run build failed:\n${built.stdout}${built.stderr}`);
  project.provide("testPlugins", await buildPlugins("test/hostile/plugins"));
}
