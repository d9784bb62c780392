// Vitest global setup: builds the guest modules, the example plugins and the plugins that only tests use.
import { spawnSync } from "node:child_process";
import type { TestProject } from "vitest/node";
import type { BuildResult } from "../schemas/artifact.ts";
import { buildPlugins, listPluginFolders } from "../cli/build/build-plugins.ts";

declare module "vitest" {
  interface ProvidedContext {
    testPlugins: BuildResult[];
  }
}

/** A loop that metering missed hangs workerd for ever, and no test timeout inside it can fire. */
const WATCHDOG_MS = 30 * 60_000;

export default async function setup(project: TestProject): Promise<void> {
  setTimeout(() => {
    console.error(`tests still running after ${WATCHDOG_MS / 60_000} minutes: a plugin has probably hung workerd`);
    process.exit(1);
  }, WATCHDOG_MS).unref();
  const built = spawnSync(process.execPath, ["cli/build/build.ts"], { encoding: "utf8" });
  if (built.status !== 0) throw new Error(`npm run build failed:\n${built.stdout}${built.stderr}`);
  project.provide("testPlugins", await buildPlugins(await listPluginFolders("test/hostile/plugins")));
}
