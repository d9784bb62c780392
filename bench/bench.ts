// `npm run bench`: measures, prints a table and keeps the numbers in bench/results. It asserts nothing: the exit code
// says whether it could measure, not how fast anything was.
import { mkdir, writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { Command, Option } from "commander";
import { runBuild } from "../cli/commands/run-build.ts";
import type { Figure, Measure } from "./figure.ts";
import { measureBacklog } from "./figures/backlog.ts";
import { measureBundleSize } from "./figures/bundle-size.ts";
import { measureLogQuery } from "./figures/log-query.ts";
import { measureKiliCall } from "./figures/kili-call.ts";
import { measureMemory } from "./figures/memory.ts";
import { measureMetering } from "./figures/metering.ts";
import { measureNoisyNeighbour } from "./figures/noisy-neighbour.ts";
import { measurePages } from "./figures/pages.ts";
import { measurePython } from "./figures/python.ts";
import { measureRegisteredManifests } from "./figures/registered-manifests.ts";
import { measureRunOverhead } from "./figures/run-overhead.ts";
import { measureSoak } from "./figures/soak.ts";
import { measureThroughput } from "./figures/throughput.ts";
import { measureTry } from "./figures/try.ts";
import { measureUploadToActive } from "./figures/upload-to-active.ts";
import { isMet } from "./is-met.ts";
import { ROOT } from "./open-worker.ts";
import { renderFigures } from "./render-figures.ts";
import { valueOf } from "./value-of.ts";

const MEASURES: Readonly<Record<string, Measure>> = {
  throughput: measureThroughput,
  backlog: measureBacklog,
  "run-overhead": measureRunOverhead,
  "kili-call": measureKiliCall,
  python: measurePython,
  metering: measureMetering,
  "bundle-size": measureBundleSize,
  memory: measureMemory,
  "registered-manifests": measureRegisteredManifests,
  "upload-to-active": measureUploadToActive,
  try: measureTry,
  "noisy-neighbour": measureNoisyNeighbour,
  "log-query": measureLogQuery,
  pages: measurePages,
  soak: measureSoak,
};

const command = new Command("bench")
  .description("Measures the host, as ratios to floors measured in the same run")
  .addOption(new Option("--only <name>", "measure this alone").choices(Object.keys(MEASURES)))
  .option("--short", "small numbers: does the bench work?", false)
  .option("--peers", "measure what a user would build instead as well; fetches Deno", false)
  .parse();
const { only, ...options } = command.opts<{ only?: string; short: boolean; peers: boolean }>();

const figures: Figure[] = [];
valueOf(await runBuild(ROOT));
for (const [name, measure] of Object.entries(MEASURES)) {
  if (only !== undefined && only !== name) continue;
  try {
    const measured = await measure(options);
    figures.push(...measured);
    console.log(renderFigures(measured));
  } catch (error) {
    // The others can be measured all the same.
    process.exitCode = 1;
    console.error(`Cannot measure ${name}:`, error);
  }
}

const date = new Date().toISOString();
const machine = { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, memoryBytes: totalmem() };
const file = join(ROOT, "bench", "results", `${date.replaceAll(":", "-")}.json`);
await mkdir(join(ROOT, "bench", "results"), { recursive: true });
const kept = figures.map((figure) => ({ ...figure, met: isMet(figure) }));
await writeFile(file, `${JSON.stringify({ date, node: process.version, machine, options, figures: kept }, null, 2)}\n`);
console.log(`\nKept in ${file}`);
