// What metering costs: each kernel metered ÷ unmetered, in one process, alternating. Prints a table, or JSON with
// `--json`. Asserts nothing.
import { readdir } from "node:fs/promises";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { meterBundle } from "../worker/build/meter-bundle.ts";
import { createBudget, enterRun } from "../plugins/sdk/meter.ts";

const KERNELS = new URL("./kernels/", import.meta.url);
const METER = new URL("../plugins/sdk/meter.ts", import.meta.url);
/** One sample lasts about this long; short enough that both sides meet the same noise. */
const SAMPLE_MS = 15;
const SAMPLES = 41;

export interface KernelCost {
  readonly kernel: string;
  /** Median metered time ÷ median unmetered time. */
  readonly ratio: number;
  readonly unmeteredMs: number;
}

type Run = (n: number) => number;

/** Measures every kernel in bench/kernels, so many times. */
export async function measureMetering(samples = SAMPLES): Promise<{ kernels: KernelCost[]; geometricMean: number }> {
  const folder = await mkdtemp(join(tmpdir(), "kili-edge-metering-"));
  try {
    const kernels: KernelCost[] = [];
    for (const file of (await readdir(KERNELS)).sort()) {
      const { plain, metered } = await loadBoth(file, folder);
      kernels.push(measure(file.replace(/\.ts$/, ""), plain, metered, samples));
    }
    const logs = kernels.map(({ ratio }) => Math.log(ratio));
    return { kernels, geometricMean: Math.exp(logs.reduce((a, b) => a + b, 0) / logs.length) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function loadBoth(file: string, folder: string): Promise<{ plain: Run; metered: Run }> {
  const bundled = await build({
    entryPoints: [new URL(file, KERNELS).pathname],
    bundle: true,
    format: "esm",
    target: "es2024",
    sourcemap: "external",
    outfile: join(folder, "bundle.js"),
    write: false,
  });
  const [map, code] = bundled.outputFiles.map((output) => output.text);
  const text = meterBundle(code ?? "", map ?? "").code.replace('"./meter.js"', JSON.stringify(METER.href));
  const paths = { plain: join(folder, `plain-${file}.mjs`), metered: join(folder, `metered-${file}.mjs`) };
  await writeFile(paths.plain, code ?? "");
  await writeFile(paths.metered, text);
  const load = async (path: string): Promise<Run> =>
    ((await import(pathToFileURL(path).href)) as { readonly run: Run }).run;
  return { plain: await load(paths.plain), metered: await load(paths.metered) };
}

function measure(kernel: string, plain: Run, metered: Run, samples: number): KernelCost {
  // Charged like a real run, with a budget it never reaches.
  const charged: Run = (n) => enterRun(createBudget(1e9), () => metered(n));
  let n = 1;
  while (timeOf(plain, n) < SAMPLE_MS) n *= 2;
  for (let i = 0; i < 5; i += 1) {
    timeOf(plain, n);
    timeOf(charged, n);
  }
  const times: { plain: number[]; metered: number[] } = { plain: [], metered: [] };
  for (let i = 0; i < samples; i += 1) {
    times.plain.push(timeOf(plain, n));
    times.metered.push(timeOf(charged, n));
  }
  const unmeteredMs = median(times.plain);
  return { kernel, ratio: median(times.metered) / unmeteredMs, unmeteredMs };
}

function timeOf(run: Run, n: number): number {
  const start = performance.now();
  run(n);
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

if (import.meta.main) {
  const { kernels, geometricMean } = await measureMetering();
  if (process.argv.includes("--json")) console.log(JSON.stringify({ kernels, geometricMean }));
  else {
    for (const { kernel, ratio } of kernels) console.log(`${kernel.padEnd(20)} ${ratio.toFixed(3)}`);
    console.log(`${"geometric mean".padEnd(20)} ${geometricMean.toFixed(3)}`);
  }
}
