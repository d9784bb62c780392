// Miniflare on a data directory, the way every part of the command line runs it: quiet, its state on disk, no
// look-ups on the network, its workerd gone when this process is. What runs on it is the caller's business.
import { join } from "node:path";
import {
  convertV4MiniflareOptions,
  Log,
  LogLevel,
  Miniflare,
  type V4WorkerdStructuredLog,
  type V4WorkerOptions,
} from "miniflare";
import { watchOverWorkerd } from "./watch-over-workerd.ts";

/** A line that the Worker or its runtime logged. */
export type RuntimeLogLine = V4WorkerdStructuredLog;

/** Where log lines go; without it, to the terminal. */
export type OnRuntimeLog = (line: RuntimeLogLine) => void;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Starts it with one Worker; the caller waits until it is ready, and disposes of it. */
export function startMiniflare(
  root: string,
  dataDir: string,
  worker: V4WorkerOptions,
  onLog: OnRuntimeLog | null = null,
): Miniflare {
  watchOverWorkerd(root);
  const others = SIGNALS.map((signal) => process.listeners(signal));
  const converted = convertV4MiniflareOptions({
    // What it says of its own is that the runtime died, which the supervision says as well.
    log: new Log(LogLevel.ERROR),
    ...(onLog === null ? {} : { handleStructuredLogs: onLog }),
    host: "127.0.0.1",
    port: 0,
    // Miniflare fetches a sample `request.cf` from the network otherwise.
    cf: false,
    telemetry: { enabled: false },
    workers: [worker],
  });
  // The conversion drops it. `v3` is where wrangler's --persist-to would look too.
  const miniflare = new Miniflare({ ...converted, resourcePersistencePath: join(dataDir, "v3") });
  // Its handlers exit at once; a command closes its host first.
  SIGNALS.forEach((signal, index) => {
    for (const listener of process.listeners(signal)) {
      if (!others[index]?.includes(listener)) process.removeListener(signal, listener);
    }
  });
  return miniflare;
}
