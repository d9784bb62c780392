// Runs one metered module that never ends by itself, in a process that its parent can kill. Reads the source from
// standard input; writes as JSON how it ended.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { createBudget, enterRun } from "../../plugins/sdk/meter.ts";

const METER = new URL("../../plugins/sdk/meter.ts", import.meta.url).href;
const CPU_MS = 60;

// Kept from the module, which patches what it can.
const { stringify } = JSON;
const write = process.stdout.write.bind(process.stdout);
// What a stopped callback throws ends this process otherwise; workerd only reports it.
process.on("unhandledRejection", () => {});
process.on("uncaughtException", () => {});

const folder = await mkdtemp(join(tmpdir(), "kili-edge-runaway-"));
await writeFile(join(folder, "package.json"), '{ "type": "module" }');
await writeFile(join(folder, "meter.js"), `export * from ${JSON.stringify(METER)};`);
await writeFile(join(folder, "plugin.js"), await text(process.stdin));
const plugin = (await import(pathToFileURL(join(folder, "plugin.js")).href)) as {
  readonly default: () => unknown;
  readonly neighbour: () => unknown;
};
await rm(folder, { recursive: true });

const budget = createBudget(CPU_MS);
const run = { ending: "pending" };
enterRun(budget, async () => plugin.default()).then(
  () => (run.ending = "returned"),
  (error: unknown) => (run.ending = (error as Error | null)?.constructor?.name ?? "threw"),
);
// Getting here at all means that the run gave the event loop back.
for (let waited = 0; waited < 50 && budget.exceeded === null && run.ending === "pending"; waited += 1) await wait(20);
const opsAtEnd = budget.ops;
await wait(20);
const answer = await enterRun(createBudget(CPU_MS), async () => plugin.neighbour());
const { exceeded, ops } = budget;
const showsPlugin = exceeded?.includes("plugin.js") ?? false;
write(stringify({ exceeded: exceeded !== null, showsPlugin, ...run, wentOn: ops !== opsAtEnd, answer }));
process.exit(0);
