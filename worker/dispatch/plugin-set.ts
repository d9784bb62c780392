// The plugins an inbox matches against. Read from the history database when something changed; remembered
// by the inbox too, so that a database that is down stops neither matching nor the runs of older versions.
import type { ActivePlugin } from "../../schemas/active-plugin.ts";
import type { Memory } from "./memory.ts";
import { createMatcher } from "./match-plugins.ts";

export class PluginSet {
  readonly #memory: Memory;
  readonly #read: () => Promise<ActivePlugin[]>;
  readonly #versions = new Map<string, ActivePlugin>();
  #match: ((eventType: string) => readonly ActivePlugin[]) | null = null;
  #names = new Set<string>();
  #reading: Promise<void> | null = null;

  constructor(memory: Memory, read: () => Promise<ActivePlugin[]>) {
    this.#memory = memory;
    this.#read = read;
  }

  /** Resolves once a set is there to match against. Rejects when there is none and none can be read. */
  async ready(): Promise<void> {
    if (this.#match === null) await (this.#reading ??= this.#load());
  }

  /** Reads the set anew; events accepted after this resolves are matched against it. */
  async refresh(): Promise<void> {
    this.#reading = this.#load();
    await this.#reading;
  }

  /** The plugins that asked for an event type. Call after `ready`. */
  match(eventType: string): readonly ActivePlugin[] {
    return this.#match?.(eventType) ?? [];
  }

  has(pluginName: string): boolean {
    return this.#names.has(pluginName);
  }

  /** A version some delivery was matched with, current or not. */
  find(versionId: string): ActivePlugin | null {
    const known = this.#versions.get(versionId);
    if (known !== undefined) return known;
    const text = this.#memory.recall(`version ${versionId}`);
    if (text === null) return null;
    const plugin = JSON.parse(text) as ActivePlugin;
    this.#versions.set(versionId, plugin);
    return plugin;
  }

  async #load(): Promise<void> {
    try {
      const plugins = await this.#read();
      this.#use(plugins);
      this.#memory.remember("active", JSON.stringify(plugins.map((plugin) => plugin.versionId)));
    } catch (error) {
      const active = this.#memory.recall("active");
      if (active === null) throw error;
      console.error({ message: "plugins could not be read; matching against the last known", error: String(error) });
      const ids = JSON.parse(active) as string[];
      this.#use(ids.map((id) => this.find(id)).filter((plugin) => plugin !== null));
    } finally {
      this.#reading = null;
    }
  }

  #use(plugins: readonly ActivePlugin[]): void {
    for (const plugin of plugins) {
      if (this.find(plugin.versionId) === null) {
        this.#memory.remember(`version ${plugin.versionId}`, JSON.stringify(plugin));
      }
      this.#versions.set(plugin.versionId, plugin);
    }
    this.#names = new Set(plugins.map((plugin) => plugin.name));
    this.#match = createMatcher(plugins);
  }
}
