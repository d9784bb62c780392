// What a loaded plugin keeps of memory: the runtime's resident memory with many plugins, each registered and run once.
import { buildBenchPlugin, renamed } from "../build-bench-plugin.ts";
import type { BenchOptions, Figure } from "../figure.ts";
import { runLoad } from "../load/run-load.ts";
import { openBenchHost } from "../open-bench-host.ts";
import { processUsage } from "../../cli/supervisor/process-usage.ts";
import { webhookBody } from "../webhook.ts";

/** Measures the bytes of one plugin more. */
export async function measureMemory({ short }: BenchOptions): Promise<readonly Figure[]> {
  const count = short ? 10 : 200;
  const warmUp = short ? 100 : 2_000;
  const rule = await buildBenchPlugin("rule");
  const host = await openBenchHost([rule]);
  try {
    // The host's own heap has to have its size before plugins are counted.
    const load = { ...host.webhook, body: webhookBody("onSubmit"), connections: 8 };
    await runLoad("closed-loop", { ...load, amount: warmUp });
    await host.history.waitForRuns(warmUp);
    const before = await processUsage(host.pid);

    for (let i = 0; i < count; i += 1) await host.register(renamed(rule, `bench-rule-${i}`, { events: ["onReview"] }));
    await runLoad("closed-loop", { ...load, body: webhookBody("onReview"), connections: 1, amount: 1 });
    await host.history.waitForRuns(warmUp + count);
    const after = await processUsage(host.pid);

    const grown = before && after ? after.residentBytes - before.residentBytes : NaN;
    const detail = `${count} plugins; the host without them ${megabytes(before?.residentBytes ?? NaN)}`;
    return [
      { name: "memory per loaded plugin", value: grown / count, unit: "bytes", target: null, detail, rounds: [] },
    ];
  } finally {
    await host.close();
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
