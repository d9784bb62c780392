// Runs a load generator in a process of its own, so that it has an event loop of its own.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ClosedLoopOptions, ClosedLoopResult } from "./closed-loop.ts";
import type { OpenLoopOptions, OpenLoopResult } from "./open-loop.ts";

interface Loads {
  readonly "closed-loop": { readonly options: ClosedLoopOptions; readonly result: ClosedLoopResult };
  readonly "open-loop": { readonly options: OpenLoopOptions; readonly result: OpenLoopResult };
}

/** Runs the load to its end. A request that failed makes the round worthless, and is an error. */
export async function runLoad<Kind extends keyof Loads>(
  kind: Kind,
  options: Loads[Kind]["options"],
): Promise<Loads[Kind]["result"]> {
  const script = join(import.meta.dirname, `${kind}.ts`);
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(options)]);
  const result = JSON.parse(stdout) as Loads[Kind]["result"];
  const sent = "amount" in options ? options.amount : options.perSecond * options.seconds;
  if (result.succeeded !== sent) {
    throw new Error(`Cannot measure ${options.url}: ${result.succeeded} requests succeeded, wanted ${sent}`);
  }
  return result;
}
