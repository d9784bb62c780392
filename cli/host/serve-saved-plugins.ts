// Watch mode: a saved plugin is built and registered while the host runs. It changes nothing on disk; the
// next start builds everything again.
import { readdirSync, existsSync } from "node:fs";
import { join, relative } from "node:path";
import type { BuildResult } from "../../schemas/artifact.ts";
import { formatProblem } from "../../worker/build/format-problem.ts";
import { registerPlugin, type HostAccess } from "../api/register-plugin.ts";
import { watchPlugins, type PluginWatch } from "./watch-plugins.ts";

export interface SavedPluginsOptions {
  readonly root: string;
  readonly host: HostAccess;
  readonly build: (folder: string) => Promise<BuildResult>;
  /** What becomes of a build instead, where another folder's plugin has its name; null where none has. */
  readonly refuseTakenName: (folder: string, result: BuildResult) => Promise<BuildResult | null>;
  readonly say: (line: string) => void;
}

/** Builds and registers each plugin that is saved, until closed. */
export function serveSavedPlugins(options: SavedPluginsOptions): Promise<PluginWatch> {
  const { root, say } = options;
  const pluginsDir = join(root, "plugins");
  const known = readdirSync(pluginsDir).filter((name) => existsSync(join(pluginsDir, name, "plugin.toml")));

  return watchPlugins(pluginsDir, known, {
    async onSaved(folder) {
      const startedAt = performance.now();
      const built = await options.build(folder);
      const refused = await options.refuseTakenName(folder, built);
      const result = refused ?? built;
      if (result.status === "failed") {
        say(`${result.name} does not build; the version before, if any, goes on running:`);
        for (const problem of result.problems) say(formatProblem(problem).replace(/^/gm, "  "));
      }
      // Registered, it would take the place of the other folder's plugin, which runs.
      if (refused !== null) return;
      const registered = await registerPlugin(options.host, built);
      const ms = Math.round(performance.now() - startedAt);
      if (!registered.ok) return say(registered.failure.message);
      const { status, name, version, message } = registered.value;
      if (result.status === "built" && status === "failed")
        say(`${name} does not load: ${message ?? "no reason given"}`);
      if (status === "registered") say(`${name} ${version ?? ""} reloaded in ${ms} ms, for the next event on`);
    },
    onGone: (name) => say(`${relative(root, join(pluginsDir, name))} is gone; what was registered from it stays`),
    onSdkSaved: () => say("plugins/sdk was saved: start again to run it"),
    onError: (error) => say(`Cannot follow ${pluginsDir}: ${String(error)}; start again to go on watching`),
  });
}
