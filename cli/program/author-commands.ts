// The commands that need no host: a plugin to begin with, and a plugin run once.
import { Option, type Command } from "commander";
import type { NewFlags } from "../commands/run-new.ts";
import type { OnceFlags } from "../commands/run-once.ts";
import { TEMPLATES } from "../commands/templates.ts";
import { parseSeconds, root } from "./options.ts";

/** Adds new and run. */
export function addAuthorCommands(program: Command): void {
  program
    .command("new")
    .description("make a plugin's folder to begin with")
    .argument("<name>", "its name: lower-case letters, digits and dashes")
    .addOption(new Option("--template <name>", "what to begin with").choices(Object.keys(TEMPLATES)).default("rule"))
    .option("--into <folder>", "where its folder is made; without it, in plugins/")
    .option("--project <id>", "a Kili project it is to run on")
    .option("--json", "print one JSON document instead of text")
    .action(async (name: string, options: Omit<NewFlags, "name" | "root">) => {
      const { runNew } = await import("../commands/run-new.ts");
      process.exitCode = await runNew({ ...options, name, root });
    });

  program
    .command("run")
    .description("run a plugin once, on a host of its own that reaches no Kili, and show what it did")
    .argument("<folder>", "the plugin's folder")
    .option("--event <event>", "an event type that has a sample, or a JSON file", "onSubmit")
    .option("--label <file>", "JSON: a label in place of the event's, or its jsonResponse alone")
    .option("--timeout <seconds>", "how long to wait for the run", parseSeconds, 60)
    .option("--json", "print one JSON document instead of text")
    .action(async (folder: string, options: Omit<OnceFlags, "build" | "folder" | "root">) => {
      const { runOnce } = await import("../commands/run-once.ts");
      const { runBuild } = await import("../commands/run-build.ts");
      process.exitCode = await runOnce({ ...options, folder, root, build: () => runBuild(root) });
    });
}
