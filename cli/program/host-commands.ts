// The commands that run a host on this machine.
import type { Command } from "commander";
import type { ServeFlags } from "../commands/run-serve.ts";
import type { RuntimeFlags } from "../supervisor/runtime-limits.ts";
import { dataOption, defaultData, frozenOption, maxMemoryOption, parsePort, parseSeconds, root } from "./options.ts";

interface HostOptions extends RuntimeFlags {
  readonly port: number;
  readonly host: string;
  readonly data: string;
}

/** Adds start and serve. */
export function addHostCommands(program: Command): void {
  program
    .command("start")
    .description("build the plugins and run the host on this machine")
    .option("-p, --port <number>", "port to listen on", parsePort, 8787)
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .addOption(dataOption("where databases and journals are kept"))
    .option("--no-watch", "do not rebuild plugins when they are saved")
    .addOption(maxMemoryOption())
    .addOption(frozenOption())
    .action(async (options: HostOptions & { watch: boolean }) => {
      const { runStart } = await import("../commands/run-start.ts");
      process.exitCode = await runStart({ ...options, root, defaultData });
    });

  program
    .command("serve")
    .description("run the host for good: what was built, with secrets of yours, logging JSON lines")
    .requiredOption("-d, --data <directory>", "where databases and journals are kept")
    .option("-p, --port <number>", "port to listen on", parsePort, 8787)
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--secrets <file>", "NAME=value lines beside the environment's, readable by its owner only")
    .addOption(maxMemoryOption())
    .addOption(frozenOption())
    .option("--grace-seconds <number>", "how long running plugins may take to end when it stops", parseSeconds, 25)
    .action(async (options: Omit<ServeFlags, "root">) => {
      const { runServe } = await import("../commands/run-serve.ts");
      process.exitCode = await runServe({ ...options, root });
    });
}
