// Miniflare on a data directory, the way every part of the command line runs it: quiet, its state on disk, no
// look-ups on the network, its workerd gone when this process is. What runs on it is the caller's business.
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import {
  convertV4MiniflareOptions,
  Log,
  LogLevel,
  Miniflare,
  type V4WorkerdStructuredLog,
  type V4WorkerOptions,
} from "miniflare";
import { followRuntime } from "./follow-runtime.ts";
import { watchOverWorkerd } from "./watch-over-workerd.ts";

/** A line that the Worker or its runtime logged. */
export type RuntimeLogLine = V4WorkerdStructuredLog;

/** Where log lines go; without it, to the terminal. */
export type OnRuntimeLog = (line: RuntimeLogLine) => void;

export interface MiniflareOptions {
  readonly root: string;
  readonly dataDir: string;
  readonly worker: V4WorkerOptions;
  readonly onLog?: OnRuntimeLog | undefined;
  /** Told before each start of workerd, also when it has died. */
  readonly onStart?: () => void;
  /** In the environment of workerd, beside this process's own. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface StartedMiniflare {
  /** The caller waits until it is ready. */
  readonly miniflare: Miniflare;
  /** Its workerd, dead or alive: another one after each restart. */
  readonly runtime: () => ChildProcess | null;
  readonly close: () => Promise<void>;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Starts it with one Worker. */
export function startMiniflare(options: MiniflareOptions): StartedMiniflare {
  const { root, dataDir, worker, onLog, onStart, environment } = options;
  watchOverWorkerd(root);
  const others = SIGNALS.map((signal) => process.listeners(signal));
  const converted = convertV4MiniflareOptions({
    // What it says of its own is that the runtime died, which the supervision says as well.
    log: new Log(LogLevel.ERROR),
    ...(onLog === undefined ? {} : { handleStructuredLogs: onLog }),
    ...(environment === undefined ? {} : { unsafeRuntimeEnv: environment }),
    host: "127.0.0.1",
    port: 0,
    // Miniflare fetches a sample `request.cf` from the network otherwise.
    cf: false,
    telemetry: { enabled: false },
    workers: [worker],
  });
  // The conversion drops it. `v3` is where wrangler's --persist-to would look too.
  const persisted = { ...converted, resourcePersistencePath: join(dataDir, "v3") };
  const runtime = followRuntime(() => new Miniflare(persisted), onStart);
  // Its handlers exit at once; a command closes its host first.
  SIGNALS.forEach((signal, index) => {
    for (const listener of process.listeners(signal)) {
      if (!others[index]?.includes(listener)) process.removeListener(signal, listener);
    }
  });
  return {
    miniflare: runtime.begun,
    runtime: () => runtime.current(),
    async close() {
      runtime.stop();
      await runtime.begun.dispose();
    },
  };
}
