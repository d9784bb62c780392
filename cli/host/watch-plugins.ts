// Watches plugins/ and tells which plugin folders to build again. It neither builds nor registers.
import { once } from "node:events";
import { access } from "node:fs/promises";
import { basename, join, relative, sep } from "node:path";
import { watch } from "chokidar";

/** Editors write a file in several steps; this long after the last one, the folder is taken as saved. */
const SETTLE_MS = 40;
const IGNORED_NAME = /^(?:node_modules|\..*|.*~)$/;

export interface PluginWatch {
  close(): Promise<void>;
}

export interface WatchEvents {
  /** A folder with a manifest was saved. Calls for one folder never overlap. */
  readonly onSaved: (folder: string) => Promise<void>;
  /** A folder, or its manifest, is gone. */
  readonly onGone: (name: string) => void;
  /** The SDK, which is part of the host, was saved. */
  readonly onSdkSaved: () => void;
  readonly onError: (error: unknown) => void;
}

/** Watches, from when it resolves, the plugin folders below `pluginsDir`; `known` are the folders that have a manifest now. */
export async function watchPlugins(
  pluginsDir: string,
  known: Iterable<string>,
  events: WatchEvents,
): Promise<PluginWatch> {
  const withManifest = new Set(known);
  const timers = new Map<string, NodeJS.Timeout>();
  const queues = new Map<string, Promise<void>>();

  async function settle(name: string): Promise<void> {
    if (name === "sdk") return events.onSdkSaved();
    const folder = join(pluginsDir, name);
    const hasManifest = await access(join(folder, "plugin.toml")).then(
      () => true,
      () => false,
    );
    if (hasManifest) {
      withManifest.add(name);
      return events.onSaved(folder);
    }
    if (withManifest.delete(name)) events.onGone(name);
  }

  function schedule(name: string): void {
    clearTimeout(timers.get(name));
    const timer = setTimeout(() => {
      timers.delete(name);
      const previous = queues.get(name) ?? Promise.resolve();
      queues.set(name, previous.then(() => settle(name)).catch(events.onError));
    }, SETTLE_MS);
    timers.set(name, timer);
  }

  // Node's own recursive watch loses files that editors replace instead of writing into them.
  const watcher = watch(pluginsDir, {
    ignoreInitial: true,
    ignored: (path) => path !== pluginsDir && IGNORED_NAME.test(basename(path)),
  });
  watcher.on("all", (_, path) => {
    const name = relative(pluginsDir, path).split(sep)[0];
    if (name) schedule(name);
  });
  watcher.on("error", events.onError);
  await once(watcher, "ready");
  return {
    close() {
      for (const timer of timers.values()) clearTimeout(timer);
      return watcher.close();
    },
  };
}
