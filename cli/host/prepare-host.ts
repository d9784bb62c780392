// Everything a host needs before it can be opened: the build, a migrated database, the Worker's bundle. It opens none.
import { join } from "node:path";
import * as v from "valibot";
import type { Unstable_MiniflareWorkerOptions as WorkerConfig } from "wrangler";
import { ok, type Result } from "../../schemas/result.ts";
import { bundleWorker } from "../build/bundle-worker.ts";
import type { CliFailure } from "../cli-failure.ts";
import { migrateDataDir } from "./migrate-data-dir.ts";
import { openHost, type Host } from "./open-host.ts";
import type { StartOptions } from "./start.ts";

/** Durable Objects are stored under the Worker's name. */
const NamedConfigSchema = v.object({
  name: v.string(),
  vars: v.record(v.string(), v.unknown()),
  triggers: v.object({ crons: v.nullish(v.array(v.string()), []) }),
});

export interface PrepareOptions extends Pick<StartOptions, "build" | "host" | "onLog" | "port" | "root"> {
  readonly dataDir: string;
  readonly variables: Readonly<Record<string, string>>;
}

export interface PreparedHost {
  readonly open: () => Promise<Result<Host, CliFailure>>;
  readonly buildOutput: string;
  readonly crons: readonly string[];
}

/** Everything that is done once, however often the host is opened afterwards. */
export async function prepareHost(options: PrepareOptions): Promise<Result<PreparedHost, CliFailure>> {
  const { root, dataDir, variables } = options;
  const configFile = join(root, "wrangler.toml");
  // The build is the longest part: the database is opened and migrated meanwhile.
  const [built, database] = await Promise.all([options.build(), openDatabase(configFile, dataDir, root)]);
  if (!built.ok) return built;
  if (!database.ok) return database;
  const { name, config, crons } = database.value;
  const main = config.main ?? join(root, "worker", "index.ts");
  const bundle = await bundleWorker({ root, main, define: config.define, sourceMap: true });
  if (!bundle.ok) return bundle;
  const { host, port, onLog } = options;
  const open: PreparedHost["open"] = () =>
    openHost({
      ...{ root, dataDir, variables, config, name, host, port, code: bundle.value.code },
      ...(onLog === undefined ? {} : { onLog }),
    });
  return ok({ open, buildOutput: built.value, crons });
}

async function openDatabase(
  configFile: string,
  dataDir: string,
  root: string,
): Promise<Result<{ name: string; config: WorkerConfig; crons: readonly string[] }, CliFailure>> {
  // Read by wrangler as it loads: it would name .dev.vars and look for its own newest version.
  process.env["WRANGLER_LOG"] ??= "error";
  process.env["WRANGLER_SEND_METRICS"] ??= "false";
  const wrangler = await import("wrangler");
  const { name, vars, triggers } = v.parse(NamedConfigSchema, wrangler.unstable_readConfig({ config: configFile }));
  const config = wrangler.unstable_getMiniflareWorkerOptions(configFile);
  // Wrangler mixes .dev.vars in, whoever asks: which variables there are is not its to say here.
  Object.assign(config.workerOptions, { bindings: vars });
  const migrated = await migrateDataDir(root, dataDir, config);
  return migrated.ok ? ok({ name, config, crons: triggers.crons }) : migrated;
}
