// The start command's life: open the host, watch the plugins, and close everything once when told to.
import { resolve } from "node:path";
import { introduceHost } from "./introduce-host.ts";
import { serveSavedPlugins } from "./serve-saved-plugins.ts";
import { start } from "./start.ts";

export interface StartFlags {
  readonly root: string;
  readonly port: number;
  readonly host: string;
  readonly data: string;
  readonly defaultData: string;
  readonly watch: boolean;
}

/** Runs the host until a signal ends it; the answer is the exit code. */
export async function runStart(flags: StartFlags): Promise<number> {
  const startedAt = performance.now();
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const started = await start({
    root: flags.root,
    host: flags.host,
    port: flags.port,
    dataDir: resolve(flags.data),
    environment: process.env,
  });
  if (!started.ok) {
    process.stderr.write(`${started.failure.message}\n`);
    return 1;
  }
  const host = started.value;
  const told = signalled();
  if (host.buildOutput.trim() !== "") say(host.buildOutput.trimEnd());
  say(introduceHost(host, flags.defaultData, performance.now() - startedAt));

  const watching = flags.watch ? await watchFolders(flags.root, host, say) : null;
  await told;
  await watching?.close();
  await host.close();
  return 0;
}

async function watchFolders(
  root: string,
  host: { url: string; variables: Readonly<Record<string, string>> },
  say: (line: string) => void,
) {
  const { buildPluginFolder } = await import("./build-plugins.ts");
  const adminKey = host.variables["ADMIN_API_KEY"] ?? "";
  return serveSavedPlugins({ root, say, build: buildPluginFolder, host: { url: host.url, adminKey, fetch } });
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(signal, () => {
        // Asked twice, it goes at once; the runtime's watcher cleans up.
        process.once(signal, () => process.exit(1));
        resolve();
      });
    }
  });
}
