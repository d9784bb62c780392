// Load at a steady rate, whether or not the other side keeps up. A request's time counts from when it was due, so that
// a stall is charged to every request that was due in it. A process of its own, `node open-loop.ts <options as JSON>`,
// that prints its result as JSON.
import { Agent, request } from "node:http";
import { createHistogram } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";

export interface OpenLoopOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `[<id>]` becomes another id in each request. */
  readonly body: string;
  readonly perSecond: number;
  readonly seconds: number;
}

export interface OpenLoopResult {
  readonly sent: number;
  /** When the first request was due, in epoch milliseconds; the others are due at even distances. */
  readonly startedAt: number;
  /** The id of request number i is `<run>-<i>`. */
  readonly run: string;
  readonly succeeded: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Kili's ids are in the order of time, which an index of them is quicker with. */
const ID_DIGITS = 8;

const agent = new Agent({ keepAlive: true, scheduling: "lifo" });

/** Its status, once the answer is there. Not `fetch`, which takes twice the CPU time: that of the machine is shared. */
function post(url: string, headers: OpenLoopOptions["headers"], body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, method: "POST", headers }, (answer) => {
      answer.on("end", () => resolve(answer.statusCode ?? 0)).on("error", reject);
      answer.resume();
    });
    sent.on("error", (error: NodeJS.ErrnoException) => {
      // A connection that was idle for long may be closed just when it is used again.
      if (sent.reusedSocket && error.code === "ECONNRESET") resolve(post(url, headers, body));
      else reject(error);
    });
    sent.end(body);
  });
}

async function run({ url, headers, body, perSecond, seconds }: OpenLoopOptions): Promise<OpenLoopResult> {
  const histogram = createHistogram();
  const run = crypto.randomUUID();
  const answers: Promise<void>[] = [];
  const sent = perSecond * seconds;
  let succeeded = 0;
  const send = async (dueAt: number, id: string): Promise<void> => {
    const status = await post(url, headers, body.replaceAll("[<id>]", id));
    histogram.record(Math.max(1, Math.round((performance.now() - dueAt) * 1000)));
    if (status >= 200 && status < 300) succeeded += 1;
  };
  // The first connection is not what is measured.
  await post(url, headers, body.replaceAll("[<id>]", `${run}-first`));

  const start = performance.now();
  const startedAt = Date.now();
  for (let i = 0; i < sent; i += 1) {
    const dueAt = start + (i * 1000) / perSecond;
    const wait = dueAt - performance.now();
    if (wait > 0) await sleep(wait);
    answers.push(send(dueAt, `${run}-${String(i).padStart(ID_DIGITS, "0")}`));
  }
  await Promise.all(answers);
  const ms = (microseconds: number): number => microseconds / 1000;
  return {
    sent,
    startedAt,
    run,
    succeeded,
    p50Ms: ms(histogram.percentile(50)),
    p99Ms: ms(histogram.percentile(99)),
    maxMs: ms(histogram.max),
  };
}

if (import.meta.main) {
  console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? "{}") as OpenLoopOptions)));
}
