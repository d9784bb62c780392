// What senders feel of a backlog: the time to acknowledge at the same modest rate, without one and while it drains.
import { setTimeout as sleep } from "node:timers/promises";
import { MAX_RUNS_IN_FLIGHT_PER_PLUGIN } from "../../worker/limits.ts";
import { buildBenchPlugin } from "../build-bench-plugin.ts";
import type { BenchOptions, Figure } from "../figure.ts";
import { runLoad } from "../load/run-load.ts";
import type { OpenLoopResult } from "../load/open-loop.ts";
import { median } from "../median.ts";
import { openBenchHost, type BenchHost } from "../open-bench-host.ts";
import { webhookBody } from "../webhook.ts";

const PER_SECOND = 100;
const CONNECTIONS = 64;
/** How far a machine may fall behind the rate at which it took the events before. */
const HOLD_FACTOR = 2;
const HOLD_MS = 3_000;

/** What the host has accepted so far, and how fast it took the latest of it. */
interface Accepted {
  count: number;
  perSecond: number;
}

interface Backlogged {
  readonly idle: OpenLoopResult;
  readonly draining: OpenLoopResult;
  readonly backlogBefore: number;
  readonly backlogAfter: number;
}

/** Measures acknowledgements beside a backlog. */
export async function measureBacklog({ short }: BenchOptions): Promise<readonly Figure[]> {
  const scale = short ? { rounds: 1, seconds: 1, backlog: 1_500 } : { rounds: 3, seconds: 10, backlog: 20_000 };
  const host = await openBenchHost([await buildBenchPlugin("held-rule")]);
  const accepted: Accepted = { count: 0, perSecond: 0 };
  try {
    // Warm, before anything is timed.
    await post(host, 2_000, accepted);
    await host.history.waitForRuns(accepted.count);

    const rounds: Backlogged[] = [];
    for (let round = 0; round < scale.rounds; round += 1) {
      rounds.push(await measureRound(host, scale, accepted));
      await host.history.waitForRuns(accepted.count);
      await sleep(500);
    }
    return [toFigure(rounds)];
  } finally {
    await host.close();
  }
}

async function measureRound(
  host: BenchHost,
  { seconds, backlog }: { seconds: number; backlog: number },
  accepted: Accepted,
): Promise<Backlogged> {
  const load = { ...host.webhook, body: webhookBody("onSubmit"), perSecond: PER_SECOND, seconds };
  // One request more than is timed: it opens the connection.
  const measure = async (): Promise<OpenLoopResult> => {
    accepted.count += PER_SECOND * seconds + 1;
    return runLoad("open-loop", load);
  };
  const idle = await measure();
  await host.history.waitForRuns(accepted.count);

  const waiting = (): number => accepted.count - host.history.countRuns();
  const holdMs = HOLD_MS + HOLD_FACTOR * (backlog / accepted.perSecond) * 1000;
  const drainsAt = Date.now() + holdMs;
  await post(host, MAX_RUNS_IN_FLIGHT_PER_PLUGIN, accepted, { holdUntil: drainsAt });
  await post(host, backlog, accepted);
  if (Date.now() > drainsAt) throw new Error(`Cannot build a backlog: it took more than ${holdMs} ms`);
  await sleep(drainsAt - Date.now());
  const backlogBefore = waiting();
  const draining = await measure();
  return { idle, draining, backlogBefore, backlogAfter: waiting() };
}

async function post(
  host: BenchHost,
  amount: number,
  accepted: Accepted,
  label: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const load = { ...host.webhook, body: webhookBody("onSubmit", label), amount };
  const { seconds } = await runLoad("closed-loop", { ...load, connections: Math.min(CONNECTIONS, amount) });
  accepted.count += amount;
  accepted.perSecond = amount / seconds;
}

function toFigure(results: readonly Backlogged[]): Figure {
  const rounds = results.map(({ idle, draining }) => draining.p99Ms / idle.p99Ms);
  const of = (pick: (round: Backlogged) => number): number => median(results.map(pick));
  const ms = (pick: (round: Backlogged) => number): string => `${of(pick).toFixed(1)} ms`;
  const detail = [
    `idle p50 ${ms(({ idle }) => idle.p50Ms)} p99 ${ms(({ idle }) => idle.p99Ms)}`,
    `draining p50 ${ms(({ draining }) => draining.p50Ms)} p99 ${ms(({ draining }) => draining.p99Ms)}`,
    `${PER_SECOND}/s; backlog ${of((round) => round.backlogBefore)} → ${of((round) => round.backlogAfter)}`,
  ].join("; ");
  const name = "acknowledgement beside a backlog ÷ idle, p99";
  return { name, value: median(rounds), unit: "ratio", target: { atMost: 5 }, detail, rounds };
}
