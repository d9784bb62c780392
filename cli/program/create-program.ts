// Every command with its options, and nothing of what they do. Nothing is parsed here.
import { Command } from "commander";
import { addAuthorCommands } from "./author-commands.ts";
import { addCompletionCommands } from "./completion-commands.ts";
import { addDeliveryCommands } from "./delivery-commands.ts";
import { addHostCommands } from "./host-commands.ts";
import { addKeysCommands } from "./keys-commands.ts";
import { addOperateCommands } from "./operate-commands.ts";
import { addPluginCommands } from "./plugin-commands.ts";
import { refuseEmpty } from "./refuse-empty.ts";

/** The program that kili-edge.ts runs and docs/cli.md is made of. */
export function createProgram(): Command {
  const program = new Command("kili-edge")
    .description("The edge runtime for Kili plugins")
    .showHelpAfterError("(--help lists what there is)");

  addHostCommands(program);
  addAuthorCommands(program);
  addPluginCommands(program);
  addOperateCommands(program);
  addDeliveryCommands(program);
  addKeysCommands(program);
  refuseEmpty(program);
  // After it: the word that is to be completed may be empty.
  addCompletionCommands(program);
  return program;
}
