// How fast `kili-edge try` goes through events that a project had: the command's own calls to a running host, from the
// list of events to the last answer, with a rule of the size that users write.
import { listProjectEvents } from "../../cli/api/list-project-events.ts";
import { tryEvents } from "../../cli/api/try-events.ts";
import { buildBenchPlugin } from "../build-bench-plugin.ts";
import type { BenchOptions, Figure } from "../figure.ts";
import { runLoad } from "../load/run-load.ts";
import { median } from "../median.ts";
import { ADMIN_API_KEY, openBenchHost } from "../open-bench-host.ts";
import { valueOf } from "../value-of.ts";
import { webhookBody } from "../webhook.ts";

/** Measures trials of a version over the events that its live version had before. */
export async function measureTry({ short }: BenchOptions): Promise<readonly Figure[]> {
  const { rounds, amount } = short ? { rounds: 1, amount: 100 } : { rounds: 5, amount: 1_000 };
  const rule = await buildBenchPlugin("rule");
  const host = await openBenchHost([rule]);
  try {
    await runLoad("closed-loop", { ...host.webhook, body: webhookBody("onSubmit"), connections: 32, amount });
    await host.history.waitForRuns(amount);
    const access = { url: host.url, adminKey: ADMIN_API_KEY, fetch };
    const filter = { projectId: "bench", since: new Date(0).toISOString(), types: null, limit: amount };
    const perSecond: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const start = performance.now();
      const eventIds = valueOf(await listProjectEvents(access, filter));
      const order = { projectId: "bench", artifact: rule, eventIds, reads: "kili", recording: {} } as const;
      const { events } = valueOf(await tryEvents(access, order, () => {}));
      const seconds = (performance.now() - start) / 1_000;
      const tried = events.filter(({ live, trial }) => live?.outcome === "ok" && trial?.outcome === "ok");
      if (tried.length !== amount)
        throw new Error(`Cannot measure trials: ${tried.length} events ran live and tried, wanted ${amount}`);
      perSecond.push(amount / seconds);
    }
    return [
      {
        name: "try: stored events replayed",
        value: median(perSecond),
        unit: "per_second",
        target: { atLeast: 200 },
        detail: `${rounds} times ${amount} events, each beside its live run; the slowest ${Math.round(Math.min(...perSecond))} a second`,
        rounds: perSecond,
      },
    ];
  } finally {
    await host.close();
  }
}
