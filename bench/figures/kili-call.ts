// What a call to Kili costs more when a plugin makes it than when the host does: checks, counting, the budget, and the
// way out of the isolate and back. Kili is the tests' double, over HTTP, and costs both the same.
import { join } from "node:path";
import { buildPluginFolder } from "../../cli/build/build-plugins.ts";
import { createKiliDouble } from "../../test/kili-double/kili-double.ts";
import { serveKiliDouble } from "../../test/kili-double/serve-kili-double.ts";
import type { BenchOptions, Figure } from "../figure.ts";
import { median } from "../median.ts";
import { openWorker, ROOT } from "../open-worker.ts";

/** Calls that share one run, so that what the run costs is a small part of it. */
const CALLS = 20;
const KEY = "bench-key";

/** Measures calls through the door against calls without it. */
export async function measureKiliCall({ short }: BenchOptions): Promise<readonly Figure[]> {
  const rounds = short ? 10 : 200;
  const kili = createKiliDouble(KEY);
  kili.state.projects.set("p", { id: "p", title: "Bench" });
  const served = await serveKiliDouble(kili);
  const worker = await openWorker(join(import.meta.dirname, "..", "workers", "kili-call.toml"), {
    variables: { KILI_API_KEY: KEY, KILI_API_ENDPOINT: served.endpoint, KILI_CALLS_PER_MINUTE: "999999" },
  });
  const time = async (path: string, init?: RequestInit): Promise<number> => {
    const start = performance.now();
    const answer = await fetch(`${worker.url}${path}`, init);
    const text = await answer.text();
    const elapsed = performance.now() - start;
    if (!answer.ok || text.includes('"threw"')) throw new Error(`Cannot measure calls: ${answer.status} ${text}`);
    kili.calls.length = 0;
    return elapsed;
  };
  const direct = (calls: number) => time(`/?calls=${calls}`);
  const throughDoor = (calls: number) => {
    const body = JSON.stringify({ event: "client.call", calls: Array.from({ length: calls }, () => ["countLabels"]) });
    return time("/", { method: "POST", body });
  };
  try {
    const built = await buildPluginFolder(join(ROOT, "test", "kili", "client-plugin"));
    if (built.status === "failed") throw new Error(built.problems.map(({ message }) => message).join("\n"));
    await time("/", { method: "PUT", body: JSON.stringify(built.artifact) });
    for (let round = 0; round < rounds / 4; round += 1) {
      await direct(CALLS);
      await throughDoor(CALLS);
    }
    const more: number[] = [];
    const perDirect: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const host = (await direct(CALLS)) - (await direct(0));
      const plugin = (await throughDoor(CALLS)) - (await throughDoor(0));
      perDirect.push(host / CALLS);
      more.push((plugin - host) / CALLS);
    }
    return [
      {
        name: "Kili call, p50 more than the host's own",
        value: median(more),
        unit: "ms",
        target: { atMost: 1 },
        detail: `${rounds} times ${CALLS} calls, one after the other; the host's own takes ${median(perDirect).toFixed(2)} ms`,
        rounds: more,
      },
    ];
  } finally {
    await worker.close();
    await served.close();
  }
}
