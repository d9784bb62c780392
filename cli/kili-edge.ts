// The command line. Names, options and exit codes are in commands/; what a command does is in the file of its name.
import { enableCompileCache } from "node:module";
// The toolchain is megabytes of JavaScript; compiled once, it loads in half the time.
enableCompileCache();
import { Command } from "commander";
import { addDeliveryCommands } from "./commands/delivery-commands.ts";
import { addHostCommands } from "./commands/host-commands.ts";
import { addKeysCommands } from "./commands/keys-commands.ts";
import { addOperateCommands } from "./commands/operate-commands.ts";
import { addPluginCommands } from "./commands/plugin-commands.ts";

const program = new Command("kili-edge")
  .description("The edge runtime for Kili plugins")
  .showHelpAfterError("(--help lists what there is)");

addHostCommands(program);
addPluginCommands(program);
addOperateCommands(program);
addDeliveryCommands(program);
addKeysCommands(program);

await program.parseAsync();
