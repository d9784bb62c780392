// The variables and secrets of one run. It holds only what the manifest declares: the host sends no more.
// From the barrel, which is one module for harness and plugin in an isolate: so a plugin's `instanceof` holds.
import { NotCapable } from "./index.ts";

/** The variables and secrets declared in `[permissions] env`. */
export interface PluginEnv {
  /**
   * Reads a variable or secret. The host stores the value of `NAME` as `PLUGIN_NAME`.
   *
   * @param name The name as it stands in plugin.toml.
   * @returns The value, or undefined when the host has none.
   * @throws NotCapable when plugin.toml does not declare the name.
   * @example
   * ```ts
   * const token = this.env.get("SLACK_TOKEN");
   * ```
   */
  get(name: string): string | undefined;
}

/** Makes a run's `PluginEnv`; `refuse` is told each undeclared name that was asked for. */
export function createEnv(
  names: readonly string[],
  values: Readonly<Record<string, string>>,
  refuse: (wanted: string) => void,
): PluginEnv {
  const declared = new Set(names);
  return {
    get(name) {
      if (!declared.has(name)) {
        refuse(name);
        throw new NotCapable(`Requires env access to "${name}": add it to [permissions] env in plugin.toml`);
      }
      return Object.hasOwn(values, name) ? values[name] : undefined;
    },
  };
}
