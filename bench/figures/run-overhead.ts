// What one run costs from host to plugin and back, and what the first run of an isolate does: `runPlugin` alone, in a
// Worker that does nothing else, timed from outside.
import { join } from "node:path";
import { buildBenchPlugin } from "../build-bench-plugin.ts";
import type { BenchOptions, Figure } from "../figure.ts";
import { median } from "../median.ts";
import { openWorker } from "../open-worker.ts";
import { webhookBody } from "../webhook.ts";

/** Runs that share one request, so that what the request costs is a small part of it. */
const WARM_RUNS = 20;

/** Measures warm and cold runs. */
export async function measureRunOverhead({ short }: BenchOptions): Promise<readonly Figure[]> {
  const requests = short ? { warm: 20, cold: 10 } : { warm: 200, cold: 60 };
  const worker = await openWorker(join(import.meta.dirname, "..", "workers", "run-overhead.toml"));
  const time = async (runs: number, fresh: number): Promise<number> => {
    const start = performance.now();
    const body = webhookBody("onSubmit");
    const answer = await fetch(`${worker.url}/?runs=${runs}&fresh=${fresh}`, { method: "POST", body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`Cannot measure runs: ${answer.status} ${text}`);
    return performance.now() - start;
  };
  try {
    await fetch(worker.url, { method: "PUT", body: JSON.stringify(await buildBenchPlugin("rule")) });
    for (let i = 0; i < requests.warm / 2; i += 1) await time(WARM_RUNS, 0);

    const empty: number[] = [];
    const warm: number[] = [];
    const cold: number[] = [];
    for (let i = 0; i < requests.warm; i += 1) {
      empty.push(await time(0, 0));
      warm.push(await time(WARM_RUNS, 0));
    }
    const around = median(empty);
    for (let fresh = 1; fresh <= requests.cold; fresh += 1) cold.push((await time(1, fresh)) - around);
    const perRun = warm.map((ms) => (ms - around) / WARM_RUNS);
    return [
      toFigure("warm run, p50", perRun, 1.5, `${warm.length} times ${WARM_RUNS} runs one after the other`),
      toFigure("cold start of an isolate, p50", cold, 25, `${cold.length} isolates, one run in each`),
    ];
  } finally {
    await worker.close();
  }
}

function toFigure(name: string, times: readonly number[], atMost: number, what: string): Figure {
  const slowest = Math.max(...times);
  const detail = `${what}; slowest ${slowest.toFixed(2)} ms; a request without runs is subtracted`;
  return { name, value: median(times), unit: "ms", target: { atMost }, detail, rounds: [] };
}
