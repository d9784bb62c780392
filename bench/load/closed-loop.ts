// Load as fast as the other side answers: each connection sends its next request when its last one is answered. A
// process of its own, `node closed-loop.ts <options as JSON>`, that prints its result as JSON.
import autocannon from "autocannon";

export interface ClosedLoopOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `[<id>]` becomes another id in each request. */
  readonly body: string;
  readonly connections: number;
  readonly amount: number;
}

export interface ClosedLoopResult {
  /** When the first request was sent, in epoch milliseconds. */
  readonly startedAt: number;
  readonly seconds: number;
  readonly succeeded: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

async function run(options: ClosedLoopOptions): Promise<ClosedLoopResult> {
  const startedAt = Date.now();
  const start = performance.now();
  const result = await autocannon({ ...options, method: "POST", idReplacement: true, timeout: 60 });
  const seconds = (performance.now() - start) / 1000;
  const { p50, p99 } = result.latency;
  return { startedAt, seconds, succeeded: result["2xx"], p50Ms: p50, p99Ms: p99 };
}

if (import.meta.main) {
  console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? "{}") as ClosedLoopOptions)));
}
