// The commands about what became of deliveries: dead letters, replays, what the webhook missed, plugins that are held back.
import type { Command } from "commander";
import type { BackfillFlags } from "../commands/run-backfill.ts";
import type { DeadFlags } from "../commands/run-dead.ts";
import type { PausesFlags } from "../commands/run-pauses.ts";
import type { ReplayFlags } from "../commands/run-replay.ts";
import { hostCommand, parseCount, root, withFilter } from "./options.ts";

/** Adds dead, replay, backfill, pauses and resume. */
export function addDeliveryCommands(program: Command): void {
  withFilter(hostCommand(program, "dead", "list deliveries that ended badly and wait for somebody to decide"))
    .option("--limit <number>", "most to show", parseCount, 50)
    .action(async (options: Omit<DeadFlags, "root">) => {
      const { runDead } = await import("../commands/run-dead.ts");
      process.exitCode = await runDead({ ...options, root });
    });

  withFilter(hostCommand(program, "replay", "deliver dead letters again, or events that are over (with --plugin)"))
    .argument("[ids...]", "deliveries, or events")
    .option("--dead", "all dead letters that the other options mean")
    .option("--discard", "give dead letters up instead of delivering them again")
    .action(async (ids: string[], options: Omit<ReplayFlags, "ids" | "root">) => {
      const { runReplay } = await import("../commands/run-replay.ts");
      process.exitCode = await runReplay({ ...options, ids, root });
    });

  hostCommand(program, "backfill", "deliver what Kili's webhook missed, as Kili's own list of events tells it")
    .requiredOption("--project <id>", "the project")
    .requiredOption("--since <when>", "what happened since then: 30m, 2h, 7d or a date")
    .option("--until <when>", "and before then; without it, until now")
    .action(async (options: Omit<BackfillFlags, "root">) => {
      const { runBackfill } = await import("../commands/run-backfill.ts");
      process.exitCode = await runBackfill({ ...options, root });
    });

  hostCommand(program, "pauses", "list plugins that a circuit breaker or quarantine holds back")
    .option("--plugin <name>", "of this plugin")
    .option("--project <id>", "on this project")
    .action(async (options: Omit<PausesFlags, "root">) => {
      const { runPauses } = await import("../commands/run-pauses.ts");
      process.exitCode = await runPauses({ ...options, root });
    });

  hostCommand(program, "resume", "let a plugin that is held back on a project run again")
    .argument("<plugin>", "its name")
    .requiredOption("--project <id>", "the project")
    .action(async (plugin: string, options: Omit<PausesFlags, "plugin" | "root">) => {
      const { runPauses } = await import("../commands/run-pauses.ts");
      process.exitCode = await runPauses({ ...options, plugin, resume: true, root });
    });
}
