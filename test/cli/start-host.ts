// A process of its own for start.node.test.ts, so that it can be killed: `node start-host.ts <flags as JSON>`.
import { runStart, type StartFlags } from "../../cli/run-start.ts";

process.exitCode = await runStart(JSON.parse(process.argv[2] ?? "{}") as StartFlags);
