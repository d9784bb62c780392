// What nine plugins feel of a tenth that times out on every event: their times at the same modest rate, beside it and
// without it, on one project.
import { buildBenchPlugin, renamed } from "../build-bench-plugin.ts";
import type { BenchOptions, Figure } from "../figure.ts";
import { runLoad } from "../load/run-load.ts";
import { median } from "../median.ts";
import { openBenchHost, type BenchHost } from "../open-bench-host.ts";
import { readLatencies, type Latencies } from "../read-latencies.ts";
import { webhookBody } from "../webhook.ts";

const NEIGHBOURS = 9;
const NOISY = "never-ends";
const PER_SECOND = 20;

/** Measures the nine with and without the tenth. */
export async function measureNoisyNeighbour({ short }: BenchOptions): Promise<readonly Figure[]> {
  const scale = short ? { rounds: 1, seconds: 5 } : { rounds: 5, seconds: 15 };
  const rule = await buildBenchPlugin("rule");
  const nine = Array.from({ length: NEIGHBOURS }, (_, index) => renamed(rule, `bench-rule-${index}`));
  const quiet = await openBenchHost(nine);
  try {
    const noisy = await openBenchHost([...nine, await buildBenchPlugin(NOISY)]);
    try {
      // Warm, before anything is timed; the breaker of the tenth may open or not.
      for (const host of [quiet, noisy]) await measureRound(host, 2);
      const rounds: (readonly [Latencies, Latencies])[] = [];
      for (let round = 0; round < scale.rounds; round += 1) {
        rounds.push([await measureRound(quiet, scale.seconds), await measureRound(noisy, scale.seconds)]);
      }
      return [toFigure(rounds)];
    } finally {
      await noisy.close();
    }
  } finally {
    await quiet.close();
  }
}

async function measureRound(host: BenchHost, seconds: number): Promise<Latencies> {
  const before = host.history.countLogs();
  const load = { ...host.webhook, body: webhookBody("onSubmit"), perSecond: PER_SECOND, seconds };
  const result = await runLoad("open-loop", load);
  const wanted = result.sent * NEIGHBOURS;
  // Runs of the tenth log nothing and are not counted.
  await host.history.waitForLogs(before + wanted + NEIGHBOURS);
  const latencies = readLatencies(host.dataDir, result, PER_SECOND, NOISY);
  if (latencies.count !== wanted) {
    throw new Error(`Cannot measure: ${latencies.count} deliveries of the nine ended well, wanted ${wanted}`);
  }
  return latencies;
}

function toFigure(results: readonly (readonly [Latencies, Latencies])[]): Figure {
  const rounds = results.map(([quiet, noisy]) => noisy.p99Ms / quiet.p99Ms);
  const ms = (side: 0 | 1, pick: "p50Ms" | "p99Ms"): string =>
    `${median(results.map((round) => round[side][pick]))} ms`;
  const detail = [
    `without p50 ${ms(0, "p50Ms")} p99 ${ms(0, "p99Ms")}`,
    `beside p50 ${ms(1, "p50Ms")} p99 ${ms(1, "p99Ms")}`,
    `${PER_SECOND} events/s for each of ${NEIGHBOURS}`,
  ].join("; ");
  const name = "nine plugins beside one that times out ÷ without, p99";
  return { name, value: median(rounds), unit: "ratio", target: { atMost: 1.5 }, detail, rounds };
}
