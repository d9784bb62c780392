// Which version of its plugin a delivery runs. Does not run it.
import type { ActivePlugin } from "../../schemas/active-plugin.ts";
import type { PluginSet } from "./plugin-set.ts";

export interface VersionsDeps {
  readonly plugins: Pick<PluginSet, "currentVersion" | "find" | "readings" | "ready">;
  /** Whether the registry still keeps a version; rejects when it cannot be asked. */
  readonly isKept: (versionId: string) => Promise<boolean>;
}

/** What a delivery was matched with. */
interface Matched {
  readonly pluginName: string;
  readonly versionId: string;
}

export class Versions {
  readonly #deps: VersionsDeps;
  /** Answers that hold until the plugins are read again: only a new version makes an old one go. */
  readonly #kept = new Map<string, boolean>();
  #readings = -1;

  constructor(deps: VersionsDeps) {
    this.#deps = deps;
  }

  /**
   * The version the delivery was matched with or, where that is no longer kept, the plugin's current one; null when
   * there is neither, `unknown` while nobody can say which is current. A delivery may wait longer than its version lives.
   */
  async choose({ pluginName, versionId }: Matched): Promise<ActivePlugin | "unknown" | null> {
    const { plugins } = this.#deps;
    const matched = plugins.find(versionId);
    const isCurrent = plugins.currentVersion(pluginName) === versionId;
    if (matched !== null && (isCurrent || (await this.#isKept(versionId)))) return matched;
    try {
      // What waits is started before an event has had the plugins read.
      await plugins.ready();
    } catch {
      return "unknown";
    }
    const current = plugins.currentVersion(pluginName);
    return current === null ? null : plugins.find(current);
  }

  async #isKept(versionId: string): Promise<boolean> {
    if (this.#readings !== this.#deps.plugins.readings) {
      this.#readings = this.#deps.plugins.readings;
      this.#kept.clear();
    }
    const known = this.#kept.get(versionId);
    if (known !== undefined) return known;
    try {
      const isKept = await this.#deps.isKept(versionId);
      this.#kept.set(versionId, isKept);
      return isKept;
    } catch {
      // Not known. If its code cannot be read either, the attempt is lost and comes again.
      return true;
    }
  }
}
