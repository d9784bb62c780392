// Hours of work in minutes: a steady load below what the host can do, for so long that whatever piles up shows. Do
// events wait, does their time grow, does memory?
import { setTimeout as sleep } from "node:timers/promises";
import { buildBenchPlugin } from "../build-bench-plugin.ts";
import type { BenchOptions, Figure } from "../figure.ts";
import type { OpenLoopResult } from "../load/open-loop.ts";
import { runLoad } from "../load/run-load.ts";
import { median } from "../median.ts";
import { ADMIN_API_KEY, openBenchHost, type BenchHost } from "../open-bench-host.ts";
import { readLatencies, readStoredLatencies, type Latencies } from "../read-latencies.ts";
import { totalUsage } from "../total-usage.ts";
import { watchRuns, type StoredAt } from "../watch-runs.ts";
import { webhookBody } from "../webhook.ts";

/** How much of the measured maximum the load is. */
const SHARE = 0.7;
const CONNECTIONS = 64;
const SAMPLE_MS = 2_000;

interface Sample {
  readonly databaseBytes: number;
  readonly pending: number;
  readonly residentBytes: number;
}

/** Measures the long run. */
export async function measureSoak({ short }: BenchOptions): Promise<readonly Figure[]> {
  const scale = short ? { seconds: 12, amount: 1_000, rounds: 1 } : { seconds: 300, amount: 8_000, rounds: 3 };
  const host = await openBenchHost([await buildBenchPlugin("rule")]);
  try {
    await measureMaximum(host, scale.amount);
    const maxima: number[] = [];
    for (let round = 0; round < scale.rounds; round += 1) maxima.push(await measureMaximum(host, scale.amount));
    const perSecond = Math.floor(median(maxima) * SHARE);
    const before = host.history.countRuns();
    const load = { ...host.webhook, body: webhookBody("onSubmit"), perSecond, seconds: scale.seconds };
    const [[result, samples], storedAt] = await watchRuns(host.history, async () => {
      const sampledLoad = await sampled(host, () => runLoad("open-loop", load));
      await host.history.waitForRuns(before + sampledLoad[0].sent + 1);
      return sampledLoad;
    });
    return [...toLatencyFigures(host, result, storedAt, perSecond), ...toPileFigures(samples, perSecond)];
  } finally {
    await host.close();
  }
}

/** Events per second from the first request until the last run is in the history, as fast as it goes. */
async function measureMaximum({ webhook, history }: BenchHost, amount: number): Promise<number> {
  const before = history.countRuns();
  const load = { ...webhook, body: webhookBody("onSubmit"), connections: CONNECTIONS, amount };
  const { startedAt } = await runLoad("closed-loop", load);
  return (amount * 1000) / ((await history.waitForRuns(before + amount)) - startedAt);
}

/** Looks at the host from time to time for as long as `work` goes on. */
async function sampled<Value>(host: BenchHost, work: () => Promise<Value>): Promise<[Value, Sample[]]> {
  const samples: Sample[] = [];
  const end = new AbortController();
  const watching = (async () => {
    while (!end.signal.aborted) {
      await sleep(SAMPLE_MS);
      samples.push(await look(host));
    }
  })();
  try {
    return [await work(), samples];
  } finally {
    end.abort();
    await watching;
  }
}

async function look({ url, pid, databasePid }: BenchHost): Promise<Sample> {
  const answer = await fetch(`${url}/metrics`, { headers: { "x-api-key": ADMIN_API_KEY } });
  const metrics = await answer.text();
  const valueOf = (series: string): number =>
    Number(
      metrics
        .split("\n")
        .find((line) => line.startsWith(`${series} `))
        ?.slice(series.length) ?? NaN,
    );
  const { residentBytes } = await totalUsage([pid, databasePid]);
  return {
    databaseBytes: valueOf("kili_edge_database_bytes"),
    pending: valueOf('kili_edge_pending_deliveries{project="bench"}'),
    residentBytes,
  };
}

function toLatencyFigures(
  { dataDir }: BenchHost,
  result: OpenLoopResult,
  storedAt: StoredAt,
  perSecond: number,
): readonly Figure[] {
  const stored = readStoredLatencies(dataDir, result, perSecond, storedAt);
  const ended = readLatencies(dataDir, result, perSecond, "\0");
  const load = `${perSecond}/s for ${result.sent / perSecond} s, ${SHARE * 100} % of the maximum`;
  const ratioOf = ({ p50Ms, p99Ms }: Latencies): Pick<Figure, "rounds" | "unit" | "value"> => ({
    ...{ value: p99Ms / p50Ms, unit: "ratio", rounds: [] },
  });
  const say = ({ p50Ms, p99Ms }: Latencies): string => `p50 ${p50Ms.toFixed(0)} ms p99 ${p99Ms.toFixed(0)} ms`;
  return [
    {
      ...{ name: "soak: p99 ÷ p50 end to end", target: { atMost: 10 }, ...ratioOf(stored) },
      detail: `${say(stored)} of ${stored.count}, until run and log line are in the history; ${load}`,
    },
    {
      ...{ name: "soak: p99 ÷ p50 until the run has ended", target: null, ...ratioOf(ended) },
      detail: `${say(ended)}; acknowledged p50 ${result.p50Ms.toFixed(1)} ms p99 ${result.p99Ms.toFixed(1)} ms`,
    },
  ];
}

/** What piles up, if something does. */
function toPileFigures(samples: readonly Sample[], perSecond: number): readonly Figure[] {
  const half = samples.slice(Math.floor(samples.length / 2));
  const memory = (part: readonly Sample[]): number => median(part.map(({ residentBytes }) => residentBytes));
  const [third, fourth] = [half.slice(0, half.length / 2), half.slice(half.length / 2)];
  const pending = samples.map((sample) => sample.pending);
  const seconds = ((samples.length - 1) * SAMPLE_MS) / 1000;
  const grown = (samples.at(-1)?.databaseBytes ?? NaN) - (samples[0]?.databaseBytes ?? NaN);
  return [
    {
      ...{ name: "soak: most pending ÷ events of a second", unit: "ratio", target: { atMost: 1 } },
      value: Math.max(...pending) / perSecond,
      detail: `pending median ${median(pending)}, most ${Math.max(...pending)}, at the end ${pending.at(-1)}; the database grew by about ${Math.round(grown / (seconds * perSecond))} bytes an event`,
      rounds: [],
    },
    {
      ...{ name: "soak: memory, last quarter ÷ third", unit: "ratio", target: { atMost: 1.05 } },
      value: memory(fourth) / memory(third),
      detail: `first half ${megabytes(memory(samples.slice(0, samples.length / 2)))}, third quarter ${megabytes(memory(third))}, last ${megabytes(memory(fourth))}`,
      rounds: [],
    },
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
