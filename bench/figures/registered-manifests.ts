// What plugins that did not ask for an event cost it: the same load on a host with few manifests registered and on one
// with many, all of them active on the project.
import { buildBenchPlugin, renamed } from "../build-bench-plugin.ts";
import type { BenchOptions, Figure } from "../figure.ts";
import { runLoad } from "../load/run-load.ts";
import { median } from "../median.ts";
import { openBenchHost, type BenchHost } from "../open-bench-host.ts";
import { sampleRound } from "../sample-round.ts";
import { webhookBody } from "../webhook.ts";

const FEW = 10;
/** Slow enough that nothing queues: what is timed is dispatch, not waiting. */
const PER_SECOND = 50;

interface Dispatch {
  /** From an event's arrival to its run's start. */
  readonly ms: number;
  readonly cpuPerEvent: number;
}

/** Measures dispatch beside few and beside many manifests. */
export async function measureRegisteredManifests({ short }: BenchOptions): Promise<readonly Figure[]> {
  const scale = short
    ? { rounds: 1, burst: 500, seconds: 1, manifests: 100 }
    : { rounds: 8, burst: 1_500, seconds: 2, manifests: 1_000 };
  const few = await openHostWith(FEW);
  try {
    const many = await openHostWith(scale.manifests);
    try {
      for (const host of [few, many]) await measureDispatch(host, scale);
      const results: { few: Dispatch; many: Dispatch }[] = [];
      for (let round = 0; round < scale.rounds; round += 1) {
        results.push({ few: await measureDispatch(few, scale), many: await measureDispatch(many, scale) });
      }
      return toFigures(results, scale.manifests);
    } finally {
      await many.close();
    }
  } finally {
    await few.close();
  }
}

/** The many are seeded: a registration would load each of them once, which is not what is measured. */
async function openHostWith(count: number): Promise<BenchHost> {
  const rule = await buildBenchPlugin("rule");
  const idle = Array.from({ length: count }, (_, i) =>
    renamed(rule, `bench-idle-${i}`, { events: ["onReview", `bench.idle-${i}.*`] }),
  );
  return openBenchHost([rule], idle);
}

async function measureDispatch(
  { history, pids, webhook }: BenchHost,
  { burst, seconds }: { burst: number; seconds: number },
): Promise<Dispatch> {
  const load = { ...webhook, body: webhookBody("onSubmit") };
  const first = history.countRuns();
  // One request more than is asked for: it opens the connection.
  await runLoad("open-loop", { ...load, perSecond: PER_SECOND, seconds });
  const second = first + PER_SECOND * seconds + 1;
  await history.waitForRuns(second);
  const ms = history.dispatchMs(first);
  const { cpuMicroseconds } = await sampleRound(pids, async () => {
    await runLoad("closed-loop", { ...load, connections: 32, amount: burst });
    await history.waitForRuns(second + burst);
  });
  return { ms, cpuPerEvent: cpuMicroseconds / burst };
}

function toFigures(results: readonly { few: Dispatch; many: Dispatch }[], manifests: number): Figure[] {
  const few = results.map((round) => round.few);
  const many = results.map((round) => round.many);
  const compare = (name: string, unit: string, pick: (dispatch: Dispatch) => number): Figure => {
    const rounds = results.map((round) => pick(round.many) / pick(round.few));
    const of = (side: readonly Dispatch[]): string => `${median(side.map(pick)).toFixed(2)} ${unit}`;
    const detail = `${manifests} manifests ${of(many)}; ${FEW} manifests ${of(few)}`;
    return { name, value: median(rounds), unit: "ratio", target: null, detail, rounds };
  };
  const counts = `${manifests} manifests ÷ ${FEW}`;
  return [
    compare(`dispatch time, ${counts}`, "ms from arrival to start", (dispatch) => dispatch.ms),
    compare(`CPU of an event, ${counts}`, "µs", (dispatch) => dispatch.cpuPerEvent),
  ];
}
