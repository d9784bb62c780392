// The commands for whoever writes plugins.
import type { Command } from "commander";
import type { CheckFlags } from "../commands/run-check.ts";
import type { PushFlags } from "../commands/run-push.ts";
import type { SendFlags } from "../commands/run-send.ts";
import type { TryFlags } from "../commands/run-try.ts";
import type { TypesFlags } from "../commands/run-types.ts";
import type { BuildFlags } from "../commands/say-build.ts";
import { dataOption, hostCommand, parseEvents, parseSeconds, root } from "./options.ts";

type SendOptions = Omit<SendFlags, "root" | "event">;

/** Adds build, check, send, push, try and types. */
export function addPluginCommands(program: Command): void {
  program
    .command("build")
    .description("build the plugins, and what runs inside their isolates, into dist/")
    .option("--check", "exit with 1 when a plugin does not build; what does is built as without it")
    .option("--json", "print one JSON document instead of text")
    .action(async (options: Omit<BuildFlags, "root">) => {
      const { sayBuild } = await import("../commands/say-build.ts");
      process.exitCode = await sayBuild({ ...options, root });
    });

  program
    .command("check")
    .description(
      "check plugins, and keep or register nothing: manifest, build, handlers, types, scopes; asks a package index where there is a requirements.txt",
    )
    .argument("[folders...]", "plugins' folders; without any, all in plugins/")
    .option("--json", "print one JSON document instead of text")
    .action(async (folders: string[], options: Omit<CheckFlags, "root" | "folders">) => {
      const { runCheck } = await import("../commands/run-check.ts");
      process.exitCode = await runCheck({ ...options, folders, root });
    });

  program
    .command("send")
    .description("post an event and show what the plugins did with it")
    .argument("<event>", "an event type that has a sample, such as onSubmit, or a JSON file")
    .option("--project <id>", "Kili project the event comes from")
    .option("--plugin <name>", "deliver to this plugin only")
    .option("--url <url>", "the host; without it, the one running on --data")
    .addOption(dataOption("data directory of the host to send to"))
    .option("--timeout <seconds>", "how long to wait for the deliveries", parseSeconds, 60)
    .option("--json", "print one JSON document instead of text")
    .action(async (event: string, options: SendOptions) => {
      const { runSend } = await import("../commands/run-send.ts");
      process.exitCode = await runSend({ ...options, event, root });
    });

  program
    .command("push")
    .description("build a plugin with its packages on this machine, and upload it to a host")
    .argument("<folder>", "the plugin's folder")
    .option("--url <url>", "the host; without it, the one running on --data")
    .addOption(dataOption("data directory of the host to push to"))
    .option("--timeout <seconds>", "how long to wait for the host's build", parseSeconds, 120)
    .option("--json", "print one JSON document instead of text")
    .action(async (folder: string, options: Omit<PushFlags, "root" | "folder">) => {
      const { runPush } = await import("../commands/run-push.ts");
      process.exitCode = await runPush({ ...options, folder, root });
    });

  hostCommand(program, "try", "run a plugin, undeployed and dry, over a project's past events, beside the live version")
    .argument("<folder>", "the plugin's folder")
    .requiredOption("--project <id>", "the project whose events it is tried on")
    .option("--since <when>", "events received since then: 30m, 2h, 7d or a date", "7d")
    .option("--events <types>", "only events of these types, separated by commas")
    .option("--limit <number>", "most events; the newest are taken", parseEvents, 1_000)
    .option("--record <file>", "keep what Kili answers to reads")
    .option("--recording <file>", "answer reads from what --record kept, and ask Kili for nothing")
    .option("--fail-on-change", "exit with 1 also when it would do something else than the live version did")
    // 1 is a new failure, which stops a pipeline for another reason.
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .action(async (folder: string, options: Omit<TryFlags, "root" | "folder">) => {
      const { runTry } = await import("../commands/run-try.ts");
      process.exitCode = await runTry({ ...options, folder, root });
    });

  hostCommand(program, "types", "write TypeScript types of a project's labels, from its labelling interface")
    .option("--project <id>", "the project, which the host asks Kili for")
    .option("--interface <file>", "JSON instead: a jsonInterface, or a project with one")
    .option("--video", "the file's labels are of videos")
    .option("--out <file>", "where the types go; without it, to standard output")
    .action(async (options: Omit<TypesFlags, "root">) => {
      const { runTypes } = await import("../commands/run-types.ts");
      process.exitCode = await runTypes({ ...options, root });
    });
}
