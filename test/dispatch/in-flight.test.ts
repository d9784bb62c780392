// How much runs at once: bounded in all, per plugin and by isolates; and what waits for a place waits quietly.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import { MAX_ISOLATES_IN_FLIGHT, MAX_RUNS_IN_FLIGHT, MAX_RUNS_IN_FLIGHT_PER_PLUGIN } from "../../worker/limits.ts";
import { postWebhook, waitForRuns, webhookBody } from "../test-host.ts";
import { useInlinePlugin } from "./inline-plugin.ts";

async function accepted(projectId: string): Promise<string> {
  const answer = await postWebhook(webhookBody(projectId));
  expect(answer.status).toBe(202);
  return (await answer.json<{ id: string }>()).id;
}

/** The events of these tests are about one asset. */
const UNORDERED = { order: "none" } as const;

interface Span {
  readonly plugin: string;
  readonly from: number;
  readonly to: number;
}

/** Most spans open at once, and most different plugins among them. */
function mostAtOnce(spans: readonly Span[]): { runs: number; plugins: number; ofOne: number } {
  const most = { runs: 0, plugins: 0, ofOne: 0 };
  for (const { from } of spans) {
    const open = spans.filter((span) => span.from <= from && from < span.to);
    const byPlugin = Map.groupBy(open, ({ plugin }) => plugin);
    most.runs = Math.max(most.runs, open.length);
    most.plugins = Math.max(most.plugins, byPlugin.size);
    most.ofOne = Math.max(most.ofOne, ...[...byPlugin.values()].map((some) => some.length));
  }
  return most;
}

// Says from inside when it ran; both stamps are taken while the host still holds the run's place.
const SLEEPY = `async onSubmit() {
  const from = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 40));
  return [from, Date.now()];
}`;

describe("runs at once", () => {
  test("fifteen plugins stay inside the caps, and every delivery runs once", async () => {
    const names = Array.from({ length: 15 }, (_, i) => `sleepy-${i}`);
    for (const name of names)
      await useInlinePlugin({ name, projects: ["crowd"], source: SLEEPY, manifest: { delivery: UNORDERED } });
    const ids = await Promise.all(Array.from({ length: 8 }, () => accepted("crowd")));
    const spans: Span[] = [];
    for (const id of ids) {
      const runs = await waitForRuns(id, names.length);
      expect(runs.map(({ plugin }) => plugin).toSorted((a, b) => a.localeCompare(b))).toEqual(
        names.toSorted((a, b) => a.localeCompare(b)),
      );
      for (const { plugin, outcome } of runs) {
        if (outcome.type !== "ok") throw new Error(JSON.stringify(outcome));
        const [from = 0, to = 0] = JSON.parse(outcome.result ?? "[]") as number[];
        spans.push({ plugin, from, to });
      }
    }
    const most = mostAtOnce(spans);
    expect(most.plugins).toBeLessThanOrEqual(MAX_ISOLATES_IN_FLIGHT);
    expect(most.plugins).toBeGreaterThan(1);
    expect(most.runs).toBeLessThanOrEqual(MAX_RUNS_IN_FLIGHT);
    expect(most.ofOne).toBeLessThanOrEqual(MAX_RUNS_IN_FLIGHT_PER_PLUGIN);
  });

  test("runs that share no isolate count as isolates, and each of them runs", async () => {
    await useInlinePlugin({
      name: "apart",
      projects: ["apart"],
      source: SLEEPY,
      manifest: { isolation: "run", delivery: UNORDERED },
    });
    const ids = await Promise.all(Array.from({ length: 24 }, () => accepted("apart")));
    const spans: Span[] = [];
    for (const id of ids) {
      const [run] = await waitForRuns(id, 1);
      if (run?.outcome.type !== "ok") throw new Error(JSON.stringify(run?.outcome));
      const [from = 0, to = 0] = JSON.parse(run.outcome.result ?? "[]") as number[];
      spans.push({ plugin: "apart", from, to });
    }
    const most = mostAtOnce(spans);
    expect(most.runs).toBeLessThanOrEqual(MAX_ISOLATES_IN_FLIGHT);
    expect(most.runs).toBeGreaterThan(1);
  });

  test("one plugin's backlog does not take every place", async () => {
    await useInlinePlugin({ name: "slow", projects: ["mixed"], source: SLEEPY, manifest: { delivery: UNORDERED } });
    for (let i = 0; i < 100; i++) await accepted("mixed");
    await useInlinePlugin({ name: "quick", projects: ["mixed"], source: "onSubmit() { return Date.now(); }" });
    const id = await accepted("mixed");
    const runs = await waitForRuns(id, 2);
    const quick = runs.find(({ plugin }) => plugin === "quick");
    const slow = runs.find(({ plugin }) => plugin === "slow");
    if (quick?.outcome.type !== "ok" || slow?.outcome.type !== "ok") throw new Error("not ok");
    const [, slowAt = 0] = JSON.parse(slow.outcome.result ?? "[]") as number[];
    expect(Number(quick.outcome.result)).toBeLessThan(slowAt);
  });

  test("one project's full inbox leaves another's alone", async () => {
    // Slow, not failing: its circuit breaker would have it wait for longer than a test does.
    const source = "onSubmit() { return new Promise((resolve) => setTimeout(resolve, 3_000)); }";
    await useInlinePlugin({ name: "stuck", projects: ["full"], source, manifest: { delivery: UNORDERED } });
    await useInlinePlugin({ name: "free", projects: ["free"], source: "onSubmit() {}" });
    const stuck: string[] = [];
    for (let i = 0; i < MAX_RUNS_IN_FLIGHT_PER_PLUGIN + 4; i++) stuck.push(await accepted("full"));
    const id = await accepted("free");
    expect((await waitForRuns(id, 1, 2_500))[0]?.outcome).toEqual({ type: "ok", result: null });
    expect(await env.INBOX.getByName("full").status()).toMatchObject({ pendingDeliveries: stuck.length });
    for (const each of stuck) expect((await waitForRuns(each, 1))[0]?.outcome.type).toBe("ok");
  });

  test("a full inbox does not wake itself again and again", async () => {
    const source = "onSubmit() { return new Promise((resolve) => setTimeout(resolve, 1_500)); }";
    await useInlinePlugin({ name: "jam", projects: ["jam"], source, manifest: { delivery: UNORDERED } });
    const ids: string[] = [];
    ids.push(await accepted("jam"));
    const inbox = env.INBOX.getByName("jam");
    let alarms = 0;
    await runInDurableObject(inbox, (_, { storage }) => {
      const setAlarm = storage.setAlarm.bind(storage);
      vi.spyOn(storage, "setAlarm").mockImplementation((...given) => {
        alarms += 1;
        return setAlarm(...given);
      });
    });
    for (let i = 0; i < 3 * MAX_RUNS_IN_FLIGHT_PER_PLUGIN; i++) ids.push(await accepted("jam"));
    for (const id of ids) expect((await waitForRuns(id, 1))[0]?.outcome.type).toBe("ok");
    expect(alarms).toBeGreaterThan(0);
    expect(alarms).toBeLessThan(20);
  });
});
