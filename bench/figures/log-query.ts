// How long getPluginLogs takes in a large history against a small one: a page of the newest lines, a page of a given
// time on, and a page further back, by turns.
import { buildBenchPlugin } from "../build-bench-plugin.ts";
import type { BenchOptions, Figure } from "../figure.ts";
import { median } from "../median.ts";
import { ADMIN_API_KEY, openBenchHost, type BenchHost } from "../open-bench-host.ts";
import { seedLogs } from "../seed-logs.ts";

const QUERY =
  "query ($data: PluginLogsInput!) { getPluginLogs(data: $data) { content createdAt logType metadata { assetId labelId } } }";
const SINCE = Date.UTC(2026, 0, 1);
const PROJECT = "bench";
const PLUGIN = "bench-rule";

interface Answer {
  readonly data?: { readonly getPluginLogs?: readonly unknown[] } | null;
}

interface Times {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Measures the query on both. */
export async function measureLogQuery({ short }: BenchOptions): Promise<readonly Figure[]> {
  const scale = short ? { rows: 100_000, rounds: 1, queries: 60 } : { rows: 1_000_000, rounds: 5, queries: 600 };
  const few = 10_000;
  const open = async (rows: number): Promise<BenchHost> =>
    openBenchHost([await buildBenchPlugin("rule")], [], (dataDir) =>
      seedLogs(dataDir, { rows, pluginName: PLUGIN, projectId: PROJECT, since: SINCE }),
    );
  const small = await open(few);
  try {
    const large = await open(scale.rows);
    try {
      for (const [host, rows] of [
        [small, few],
        [large, scale.rows],
      ] as const)
        await measure(host, rows, scale.queries);
      const rounds: (readonly [Times, Times])[] = [];
      for (let round = 0; round < scale.rounds; round += 1) {
        rounds.push([await measure(small, few, scale.queries), await measure(large, scale.rows, scale.queries)]);
      }
      return [toFigure(rounds, few, scale.rows)];
    } finally {
      await large.close();
    }
  } finally {
    await small.close();
  }
}

async function measure({ url }: BenchHost, rows: number, queries: number): Promise<Times> {
  const times: number[] = [];
  const headers = { "content-type": "application/json", "x-api-key": ADMIN_API_KEY };
  for (let i = 0; i < queries; i += 1) {
    // A time that leaves a page's worth of lines at least, whatever the number.
    const late = SINCE + Math.floor(((i % 97) / 97) * (rows - 1_000));
    const [since, skip] = [i % 3 === 1 ? late : SINCE, i % 3 === 2 ? 1_000 : 0];
    const createdAt = new Date(since).toISOString();
    const data = { projectId: PROJECT, pluginName: PLUGIN, limit: 100, skip, createdAt };
    const start = performance.now();
    const body = JSON.stringify({ query: QUERY, variables: { data } });
    const answer = await fetch(`${url}/graphql`, { method: "POST", headers, body });
    const { data: found }: Answer = await answer.json();
    times.push(performance.now() - start);
    if (found?.getPluginLogs?.length !== 100) throw new Error("Cannot measure getPluginLogs: it gave no whole page");
  }
  times.sort((one, other) => one - other);
  const at = (share: number): number => times[Math.ceil(share * times.length) - 1] ?? NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

function toFigure(results: readonly (readonly [Times, Times])[], few: number, many: number): Figure {
  const rounds = results.map(([small, large]) => large.p99Ms / small.p99Ms);
  const ms = (side: 0 | 1, pick: keyof Times): string =>
    `${median(results.map((round) => round[side][pick])).toFixed(1)} ms`;
  const of = (side: 0 | 1): string => `p50 ${ms(side, "p50Ms")} p99 ${ms(side, "p99Ms")}`;
  const name = "getPluginLogs in a large history ÷ in a small one, p99";
  const detail = `${few} lines ${of(0)}; ${many} lines ${of(1)}`;
  return { name, value: median(rounds), unit: "ratio", target: { atMost: 1.5 }, detail, rounds };
}
