// Everything a host needs before it can be opened: the build, its database, the Worker's bundle. It opens no Worker.
import { join } from "node:path";
import * as v from "valibot";
import type { Unstable_MiniflareWorkerOptions as WorkerConfig } from "wrangler";
import { ok, type Result } from "../../schemas/result.ts";
import { bundleWorker } from "../build/bundle-worker.ts";
import type { CliFailure } from "../cli-failure.ts";
import { openDatabase, type OpenDatabase } from "./open-database.ts";
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
  /** Open already; null where the host keeps it itself. */
  readonly database: OpenDatabase | null;
  readonly buildOutput: string;
  readonly crons: readonly string[];
}

/** Everything that is done once, however often the host is opened afterwards. */
export async function prepareHost(options: PrepareOptions): Promise<Result<PreparedHost, CliFailure>> {
  const { root, dataDir, variables, host, port, onLog } = options;
  const { name, config, crons } = await readConfig(join(root, "wrangler.toml"));
  // The build is the longest part: the database is opened and migrated meanwhile.
  const [built, opened] = await Promise.all([options.build(), openDatabase({ root, dataDir, config, onLog })]);
  if (!opened.ok) return opened;
  const database = opened.value;
  const giveUp = async <Failure>(failure: Failure): Promise<Failure> => {
    await database?.first.close();
    return failure;
  };
  if (!built.ok) return giveUp(built);
  const main = config.main ?? join(root, "worker", "index.ts");
  const bundle = await bundleWorker({ root, main, define: config.define, sourceMap: true });
  if (!bundle.ok) return giveUp(bundle);
  const { code } = bundle.value;
  const address = database?.address ?? null;
  const open: PreparedHost["open"] = () =>
    openHost({ root, dataDir, variables, config, name, host, port, code, onLog, database: address });
  return ok({ open, database, buildOutput: built.value, crons });
}

async function readConfig(file: string): Promise<{ name: string; config: WorkerConfig; crons: readonly string[] }> {
  // Read by wrangler as it loads: it would name .dev.vars and look for its own newest version.
  process.env["WRANGLER_LOG"] ??= "error";
  process.env["WRANGLER_SEND_METRICS"] ??= "false";
  const wrangler = await import("wrangler");
  const { name, vars, triggers } = v.parse(NamedConfigSchema, wrangler.unstable_readConfig({ config: file }));
  const config = wrangler.unstable_getMiniflareWorkerOptions(file);
  // Wrangler mixes .dev.vars in, whoever asks: which variables there are is not its to say here.
  Object.assign(config.workerOptions, { bindings: vars });
  return { name, config, crons: triggers.crons };
}
