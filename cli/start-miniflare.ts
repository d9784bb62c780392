// Miniflare on a data directory, the way every part of the command line runs it: quiet, its state on disk, no
// look-ups on the network, its workerd gone when this process is. What runs on it is the caller's business.
import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4WorkerOptions } from "miniflare";
import { watchOverWorkerd } from "./watch-over-workerd.ts";

/** Starts it with one Worker; the caller waits until it is ready, and disposes of it. */
export function startMiniflare(root: string, dataDir: string, worker: V4WorkerOptions): Miniflare {
  watchOverWorkerd(root);
  const converted = convertV4MiniflareOptions({
    log: new Log(LogLevel.WARN),
    host: "127.0.0.1",
    port: 0,
    // Miniflare fetches a sample `request.cf` from the network otherwise.
    cf: false,
    telemetry: { enabled: false },
    workers: [worker],
  });
  // The conversion drops it. `v3` is where wrangler's --persist-to would look too.
  return new Miniflare({ ...converted, resourcePersistencePath: join(dataDir, "v3") });
}
