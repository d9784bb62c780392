// Events per second: accepted, and from the webhook to the rows of the run; on the host, and with --peers on what a
// user would build instead. Rounds alternate with the floor, so that all of them meet the same noise.
import { buildBenchPlugin } from "../build-bench-plugin.ts";
import type { BenchOptions, Figure } from "../figure.ts";
import type { History } from "../history.ts";
import { runLoad } from "../load/run-load.ts";
import { median } from "../median.ts";
import { openBenchHost } from "../open-bench-host.ts";
import type { OpenWorker } from "../open-worker.ts";
import { openPeers } from "../peers/open-peers.ts";
import { sampleRound } from "../sample-round.ts";
import { WEBHOOK_HEADERS, webhookBody } from "../webhook.ts";
import { openFloor } from "../workers/open-floor.ts";

const CONNECTIONS = 64;
/** What the plugin asked for, and what nobody did. */
const WANTED_EVENT = "onSubmit";
const UNWANTED_EVENT = "onReview";

/** The host or a peer of it. */
export interface Contender {
  readonly name: string;
  /** Of the processes whose CPU time counts. */
  readonly pids: readonly (number | null)[];
  readonly webhook: { readonly url: string; readonly headers: Readonly<Record<string, string>> };
  readonly history: History;
  close(): Promise<void>;
}

interface Rate {
  readonly perSecond: number;
  readonly cpuPerEvent: number;
}

interface EndToEnd {
  /** While the runs of what came before were under way. */
  readonly accepted: Rate;
  readonly done: Rate;
}

/** Measures accepting, and the whole way. */
export async function measureThroughput({ short, peers }: BenchOptions): Promise<readonly Figure[]> {
  const rounds = short ? 1 : 7;
  const amounts = short ? { floor: 2_000, host: 500 } : { floor: 20_000, host: 8_000 };
  const open: { close(): Promise<void> }[] = [];
  try {
    const floor = await openFloor();
    open.push(floor);
    const host = { name: "kili-edge", ...(await openBenchHost([await buildBenchPlugin("rule")])) };
    open.push(host);
    const others = peers ? await openPeers() : [];
    open.push(...others);

    // Warm: the first round compiles, on every side.
    await measureFloor(floor, amounts.floor);
    for (const contender of [host, ...others]) await measureEndToEnd(contender, amounts.host);

    const floors: Rate[] = [];
    const accepted: Rate[] = [];
    const ends = new Map<Contender, EndToEnd[]>([host, ...others].map((contender) => [contender, []]));
    for (let round = 0; round < rounds; round += 1) {
      floors.push(await measureFloor(floor, amounts.floor));
      accepted.push(await measureAccepted(host, amounts.host));
      for (const [contender, results] of ends) results.push(await measureEndToEnd(contender, amounts.host));
    }
    return toFigures(
      floors,
      accepted,
      ends.get(host) ?? [],
      others.map((peer) => [peer.name, ends.get(peer) ?? []]),
    );
  } finally {
    for (const each of open.toReversed()) await each.close();
  }
}

async function measureFloor({ url, pid }: OpenWorker, amount: number): Promise<Rate> {
  const load = { url, headers: WEBHOOK_HEADERS, body: webhookBody(WANTED_EVENT), connections: CONNECTIONS, amount };
  const { result, cpuMicroseconds } = await sampleRound([pid], () => runLoad("closed-loop", load));
  return { perSecond: amount / result.seconds, cpuPerEvent: cpuMicroseconds / amount };
}

async function measureAccepted({ webhook, history, pids }: Contender, amount: number): Promise<Rate> {
  const before = history.countEvents();
  const load = { ...webhook, body: webhookBody(UNWANTED_EVENT), connections: CONNECTIONS, amount };
  const { result, cpuMicroseconds } = await sampleRound(pids, async () => {
    const result = await runLoad("closed-loop", load);
    // The event's row in the history is part of its cost, though not of the time to accept it.
    await history.waitForEvents(before + amount);
    return result;
  });
  return { perSecond: amount / result.seconds, cpuPerEvent: cpuMicroseconds / amount };
}

async function measureEndToEnd({ webhook, history, pids }: Contender, amount: number): Promise<EndToEnd> {
  const before = history.countRuns();
  const load = { ...webhook, body: webhookBody(WANTED_EVENT), connections: CONNECTIONS, amount };
  const { result, cpuMicroseconds } = await sampleRound(pids, async () => {
    const loaded = await runLoad("closed-loop", load);
    return { loaded, doneAt: await history.waitForRuns(before + amount) };
  });
  const cpuPerEvent = cpuMicroseconds / amount;
  return {
    accepted: { perSecond: amount / result.loaded.seconds, cpuPerEvent },
    done: { perSecond: (amount * 1000) / (result.doneAt - result.loaded.startedAt), cpuPerEvent },
  };
}

function toFigures(
  floors: readonly Rate[],
  accepted: readonly Rate[],
  ends: readonly EndToEnd[],
  peers: readonly (readonly [string, readonly EndToEnd[]])[],
): Figure[] {
  const whole = ends.map(({ done }) => done);
  return [
    ratio("accepted ÷ floor", accepted, floors, "floor", { atLeast: 0.35 }),
    ratio("end to end ÷ floor", whole, floors, "floor", { atLeast: 0.17 }),
    ratio(
      "accepted while plugins run ÷ floor",
      ends.map((end) => end.accepted),
      floors,
      "floor",
      null,
    ),
    ...peers.map(([name, results]) =>
      ratio(
        `end to end ÷ ${name}`,
        whole,
        results.map(({ done }) => done),
        name,
        { atLeast: 1 },
      ),
    ),
  ];
}

/** Round by round, then the median: what slowed a whole round down slowed both sides. */
function ratio(
  name: string,
  rates: readonly Rate[],
  others: readonly Rate[],
  otherName: string,
  target: Figure["target"],
): Figure {
  const rounds = rates.map((rate, round) => rate.perSecond / (others[round]?.perSecond ?? NaN));
  const cpu = median(others.map((rate) => rate.cpuPerEvent)) / median(rates.map((rate) => rate.cpuPerEvent));
  const detail = `${describe(rates)}; ${otherName} ${describe(others)}; ratio by CPU time ${cpu.toFixed(2)}`;
  return { name, value: median(rounds), unit: "ratio", target, detail, rounds };
}

function describe(rates: readonly Rate[]): string {
  const perSecond = median(rates.map((rate) => rate.perSecond));
  const cpu = median(rates.map((rate) => rate.cpuPerEvent));
  return `${Math.round(perSecond)}/s at ${Math.round(cpu)} µs CPU each`;
}
