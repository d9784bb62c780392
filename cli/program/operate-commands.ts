// The commands for whoever looks after a host and its plugins.
import { Option, type Command } from "commander";
import { RUN_MODES } from "../../schemas/mode.ts";
import type { ActivationFlags } from "../commands/run-activation.ts";
import type { DoctorFlags } from "../commands/run-doctor.ts";
import type { ErrorsFlags } from "../commands/run-errors.ts";
import type { LogsFlags } from "../commands/run-logs.ts";
import type { StatusFlags } from "../commands/run-status.ts";
import { hostCommand, parseCount, root } from "./options.ts";

/** Adds status, logs, errors, activate, deactivate and doctor. */
export function addOperateCommands(program: Command): void {
  hostCommand(program, "status", "show how a host is doing, and what wants attention").action(
    async (options: Omit<StatusFlags, "root">) => {
      const { runStatus } = await import("../commands/run-status.ts");
      process.exitCode = await runStatus({ ...options, root });
    },
  );

  hostCommand(program, "logs", "show what a plugin logged on a project")
    .argument("<plugin>", "its name")
    .requiredOption("--project <id>", "the project")
    .option("--since <when>", "from then on: 30m, 2h, 7d or a date")
    .option("--limit <number>", "most lines to show of what is there", parseCount, 100)
    .option("-f, --follow", "go on with what is logged from now on")
    .action(async (plugin: string, options: Omit<LogsFlags, "plugin" | "root">) => {
      const { runLogs } = await import("../commands/run-logs.ts");
      const stopped = new AbortController();
      process.once("SIGINT", () => stopped.abort());
      process.exitCode = await runLogs({ ...options, plugin, root }, stopped.signal);
    });

  hostCommand(program, "errors", "show why a plugin did not build")
    .argument("<plugin>", "its name")
    .option("--limit <number>", "most to show", parseCount, 20)
    .action(async (plugin: string, options: Omit<ErrorsFlags, "plugin" | "root">) => {
      const { runErrors } = await import("../commands/run-errors.ts");
      process.exitCode = await runErrors({ ...options, plugin, root });
    });

  const run = async (plugin: string, options: Omit<ActivationFlags, "plugin" | "root">): Promise<void> => {
    const { runActivation } = await import("../commands/run-activation.ts");
    process.exitCode = await runActivation({ ...options, plugin, root });
  };
  const ofProject = (command: Command): Command =>
    command
      .argument("<plugin>", "its name")
      .requiredOption("--project <id>", 'the project; "*" for every one without a word of its own');
  ofProject(hostCommand(program, "activate", "have a plugin run on a project"))
    .addOption(
      new Option("--mode <mode>", "shadow records its writes to Kili instead of sending them")
        .choices(RUN_MODES)
        .default("live"),
    )
    .action(run);
  ofProject(hostCommand(program, "deactivate", "have a plugin no longer run on a project")).action(
    (plugin: string, options: Omit<ActivationFlags, "mode" | "plugin" | "root">) =>
      run(plugin, { ...options, mode: "off" }),
  );

  hostCommand(
    program,
    "doctor",
    "look for what keeps this machine or its host from working, and say how to mend it",
  ).action(async (options: Omit<DoctorFlags, "root">) => {
    const { runDoctor } = await import("../commands/run-doctor.ts");
    process.exitCode = await runDoctor({ ...options, root });
  });
}
