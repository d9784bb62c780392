// The plugins an inbox matches against. Read from the history database when something changed; remembered
// by the inbox too, so that a database that is down stops neither matching nor the runs of older versions.
import type { ActivatedPlugin, ActivePlugin } from "../../schemas/active-plugin.ts";
import { PLUGINS_MS } from "../limits.ts";
import { log } from "../log.ts";
import type { Memory } from "./memory.ts";
import { createMatcher } from "./match-plugins.ts";
import { within } from "./within.ts";

/** Under it and its id, each version that is active or was. */
const VERSION = "version ";

export class PluginSet {
  readonly #memory: Memory;
  readonly #read: () => Promise<ActivatedPlugin[]>;
  readonly #onRead: () => void;
  readonly #versions = new Map<string, ActivePlugin>();
  #match: ((eventType: string) => readonly ActivePlugin[]) | null = null;
  #current = new Map<string, string>();
  #shadows: ReadonlySet<string> = new Set();
  #reading: Promise<void> | null = null;
  /** Reads begun, and the latest of them whose answer is in use: they may be answered out of order. */
  #begun = 0;
  #used = 0;

  /** @param onRead Told whenever the plugins have been read, which may have been asked for long before. */
  constructor(memory: Memory, read: () => Promise<ActivatedPlugin[]>, onRead: () => void = () => {}) {
    this.#memory = memory;
    this.#read = read;
    this.#onRead = onRead;
  }

  /** Resolves once a set is there to match against. Rejects when there is none and none can be read. */
  async ready(): Promise<void> {
    if (this.#match !== null && this.#used === this.#begun) return;
    const reading = this.#reading ?? this.refresh();
    // A set that could not be brought up to date still serves, while the next try is under way.
    if (this.#match !== null) return;
    const turn = this.#begun;
    try {
      await within(PLUGINS_MS, reading);
    } catch (error) {
      // One that is answered after all is heard; the next event asks anew.
      if (turn === this.#begun) this.#reading = null;
      if (this.#match === null) this.#useRemembered(error);
    }
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
    return this.#current.has(pluginName);
  }

  /** The version of a plugin that the next event runs; null when it is not active. */
  currentVersion(pluginName: string): string | null {
    return this.#current.get(pluginName) ?? null;
  }

  /** Whether the writes that the next event's run makes are recorded instead of sent. */
  isShadow(pluginName: string): boolean {
    return this.#shadows.has(pluginName);
  }

  /** Changes whenever the plugins have been read. */
  get readings(): number {
    return this.#used;
  }

  /** A version some delivery was matched with, current or not. */
  find(versionId: string): ActivePlugin | null {
    const known = this.#versions.get(versionId);
    if (known !== undefined) return known;
    const text = this.#memory.recall(VERSION + versionId);
    if (text === null) return null;
    const plugin = JSON.parse(text) as ActivePlugin;
    this.#versions.set(versionId, plugin);
    return plugin;
  }

  /** Forgets versions that neither the next event nor anything journalled runs. `journalled` is asked only if need be. */
  forgetOthers(journalled: () => readonly string[]): void {
    // Not before the active ones are known: those are not journalled anywhere.
    if (this.#match === null) return;
    const current = new Set(this.#current.values());
    const idOf = (key: string): string => key.slice(VERSION.length);
    const old = this.#memory.listKeys(VERSION).filter((key) => !current.has(idOf(key)));
    if (old.length === 0) return;
    const needed = new Set(journalled());
    const unused = old.filter((key) => !needed.has(idOf(key)));
    this.#memory.forget(unused);
    // Here too: what is known here is taken to be on disk.
    for (const key of unused) this.#versions.delete(idOf(key));
  }

  async #load(): Promise<void> {
    this.#begun += 1;
    const turn = this.#begun;
    try {
      const plugins = await this.#read();
      if (turn < this.#used) return;
      this.#used = turn;
      const shadows = plugins.filter(({ shadow }) => shadow === true).map(({ name }) => name);
      this.#use(plugins, shadows);
      this.#memory.remember("active", JSON.stringify(plugins.map((plugin) => plugin.versionId)));
      this.#memory.remember("shadows", JSON.stringify(shadows));
      this.#onRead();
    } catch (error) {
      if (this.#match === null) this.#useRemembered(error);
      log("error", "plugins could not be read; matching against the last known", { error });
    } finally {
      if (turn === this.#begun) this.#reading = null;
    }
  }

  #useRemembered(error: unknown): void {
    const active = this.#memory.recall("active");
    if (active === null) throw error;
    const ids = JSON.parse(active) as string[];
    const shadows = JSON.parse(this.#memory.recall("shadows") ?? "[]") as string[];
    this.#use(
      ids.map((id) => this.find(id)).filter((plugin) => plugin !== null),
      shadows,
    );
  }

  #use(plugins: readonly ActivePlugin[], shadows: readonly string[]): void {
    for (const plugin of plugins) {
      if (this.find(plugin.versionId) === null) {
        this.#memory.remember(VERSION + plugin.versionId, JSON.stringify(plugin));
      }
      this.#versions.set(plugin.versionId, plugin);
    }
    this.#current = new Map(plugins.map((plugin) => [plugin.name, plugin.versionId]));
    this.#shadows = new Set(shadows);
    this.#match = createMatcher(plugins);
  }
}
