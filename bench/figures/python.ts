// What a Python plugin costs: its first run in an isolate, the next ones, a call to Kili, and what an interpreter keeps of
// memory. Timed from outside, in Workers that do nothing else.
import { join } from "node:path";
import { buildPluginFolder } from "../../cli/build/build-plugins.ts";
import { processUsage } from "../../cli/supervisor/process-usage.ts";
import type { Artifact } from "../../schemas/artifact.ts";
import { createKiliDouble } from "../../test/kili-double/kili-double.ts";
import { serveKiliDouble } from "../../test/kili-double/serve-kili-double.ts";
import type { BenchOptions, Figure } from "../figure.ts";
import { median } from "../median.ts";
import { openWorker, ROOT } from "../open-worker.ts";
import { webhookBody } from "../webhook.ts";

const KEY = "bench-key";
/** Runs or calls that share one request, so that what the request costs is a small part of it. */
const TOGETHER = 20;

/** Measures a plugin in Python. */
export async function measurePython(options: BenchOptions): Promise<readonly Figure[]> {
  const built = await buildPluginFolder(join(ROOT, "bench", "plugins", "python-rule"));
  if (built.status === "failed") throw new Error(built.problems.map(({ message }) => message).join("\n"));
  return [...(await measureRuns(built.artifact, options)), await measureCalls(built.artifact, options)];
}

async function measureRuns(artifact: Artifact, { short }: BenchOptions): Promise<readonly Figure[]> {
  const rounds = short ? { warm: 10, cold: 4 } : { warm: 100, cold: 15 };
  const worker = await openWorker(join(ROOT, "bench", "workers", "run-overhead.toml"));
  const time = timer(worker.url);
  const body = webhookBody("onSubmit");
  const run = (runs: number, fresh: number) => time(`/?runs=${runs}&fresh=${fresh}`, { method: "POST", body });
  try {
    await time("/", { method: "PUT", body: JSON.stringify(artifact) });
    for (let round = 0; round < rounds.warm / 2; round += 1) await run(TOGETHER, 0);
    const empty: number[] = [];
    const warm: number[] = [];
    for (let round = 0; round < rounds.warm; round += 1) {
      empty.push(await run(0, 0));
      warm.push(await run(TOGETHER, 0));
    }
    const around = median(empty);
    const before = await processUsage(worker.pid);
    const cold: number[] = [];
    for (let fresh = 1; fresh <= rounds.cold; fresh += 1) cold.push((await run(1, fresh)) - around);
    const after = await processUsage(worker.pid);
    const grown = before && after ? (after.residentBytes - before.residentBytes) / rounds.cold : NaN;
    const isolates = `${rounds.cold} isolates, one run in each`;
    return [
      toFigure("Python: cold start, p50", cold, 500, `${isolates}; slowest ${Math.max(...cold).toFixed(0)} ms`),
      toFigure(
        "Python: warm run, p50",
        warm.map((ms) => (ms - around) / TOGETHER),
        15,
        `${warm.length} times ${TOGETHER} runs without calls`,
      ),
      {
        name: "Python: memory per interpreter",
        value: grown,
        unit: "bytes",
        target: null,
        detail: isolates,
        rounds: [],
      },
    ];
  } finally {
    await worker.close();
  }
}

async function measureCalls(artifact: Artifact, { short }: BenchOptions): Promise<Figure> {
  const rounds = short ? 5 : 60;
  const kili = createKiliDouble(KEY);
  kili.state.projects.set("p", { id: "p", title: "Bench" });
  const served = await serveKiliDouble(kili);
  const worker = await openWorker(join(ROOT, "bench", "workers", "kili-call.toml"), {
    variables: { KILI_API_KEY: KEY, KILI_API_ENDPOINT: served.endpoint, KILI_CALLS_PER_MINUTE: "999999" },
  });
  const time = timer(worker.url);
  const direct = (calls: number) => time(`/?calls=${calls}`);
  const inPlugin = (calls: number) =>
    time("/", { method: "POST", body: JSON.stringify({ event: "client.call", calls }) });
  try {
    await time("/", { method: "PUT", body: JSON.stringify(artifact) });
    for (let round = 0; round < rounds / 4; round += 1) await inPlugin(TOGETHER);
    const more: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const host = (await direct(TOGETHER)) - (await direct(0));
      more.push(((await inPlugin(TOGETHER)) - (await inPlugin(0)) - host) / TOGETHER);
      kili.calls.length = 0;
    }
    const detail = `${rounds} times ${TOGETHER} calls, one after the other`;
    return toFigure("Python: Kili call, p50 more than the host's own", more, 3, detail);
  } finally {
    await worker.close();
    await served.close();
  }
}

function timer(url: string) {
  return async (path: string, init?: RequestInit): Promise<number> => {
    const start = performance.now();
    const answer = await fetch(`${url}${path}`, init);
    const text = await answer.text();
    if (!answer.ok || text.includes('"threw"')) throw new Error(`Cannot measure Python: ${answer.status} ${text}`);
    return performance.now() - start;
  };
}

function toFigure(name: string, times: readonly number[], atMost: number, detail: string): Figure {
  return { name, value: median(times), unit: "ms", target: { atMost }, detail, rounds: [] };
}
