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

let ids = 0;

/** An id as Kili makes them (a cuid): in the order of time, so that an index of them grows at its end. */
function createId(): string {
  const count = (ids++ % 36 ** 4).toString(36).padStart(4, "0");
  const random = Math.random().toString(36).slice(2, 10).padEnd(8, "0");
  return `c${Date.now().toString(36)}${count}load${random}`;
}

/** autocannon ends at the first of these ticks after the last answer: too coarse to be timed by. */
const TICK_MS = 20;

function run({ body, ...options }: ClosedLoopOptions): Promise<ClosedLoopResult> {
  return new Promise((resolve, reject) => {
    const setupRequest = (request: autocannon.Request): autocannon.Request => ({
      ...request,
      body: body.replaceAll("[<id>]", createId()),
    });
    let startedAt = NaN;
    let start = NaN;
    let end = NaN;
    const load = autocannon(
      { ...options, requests: [{ setupRequest }], method: "POST", timeout: 60, sampleInt: TICK_MS },
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
