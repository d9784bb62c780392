// A process of its own for tests of `start` and `serve`, so that it can be killed:
// `node start-host.ts start|serve <flags as JSON>`.
import { runServe, type ServeFlags } from "../../cli/commands/run-serve.ts";
import { runStart, type StartFlags } from "../../cli/commands/run-start.ts";

const [command, text = "{}"] = process.argv.slice(2);
const flags = JSON.parse(text) as ServeFlags & StartFlags;
process.exitCode = await (command === "serve" ? runServe(flags) : runStart(flags));
