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

/** autocannon ends at the first of these ticks after the last answer: too coarse to be timed by. */
const TICK_MS = 20;

function run(options: ClosedLoopOptions): Promise<ClosedLoopResult> {
  return new Promise((resolve, reject) => {
    let startedAt = NaN;
    let start = NaN;
    let end = NaN;
    const load = autocannon(
      { ...options, method: "POST", idReplacement: true, timeout: 60, sampleInt: TICK_MS },
      (error: Error | null, result) => {
        if (error !== null) return reject(error);
        const { p50, p99 } = result.latency;
        resolve({ startedAt, seconds: (end - start) / 1000, succeeded: result["2xx"], p50Ms: p50, p99Ms: p99 });
      },
    );
    load.on("start", () => {
      startedAt = Date.now();
      start = performance.now();
    });
    load.on("response", () => {
      end = performance.now();
    });
  });
}

if (import.meta.main) {
  console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? "{}") as ClosedLoopOptions)));
}
