// What is written down of runs that a process died under: when they were, as far as anybody knows.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import type { RunReport } from "../../schemas/run.ts";
import type { FinishedRows } from "../../worker/dispatch/finished-rows.ts";
import { DAY_MS } from "../../worker/limits.ts";
import { OK, openDispatcher, plugin } from "./open-dispatcher.ts";

/** Webhooks are not suspected, so all of theirs come again together. */
const ONE = { ...plugin("one", { retry: { max_attempts: 2 } }), kind: "webhook" as const };

/** Two processes after each other, the second one `ms` later by the clock: the runs of both, those of the first first. */
async function runsOf(name: string, ms: number, events: number): Promise<FinishedRows> {
  return runInDurableObject(env.INBOX.getByName(name), async (_, { storage }) => {
    const diedAt = Date.now() + 1_000;
    const never = { active: [ONE], run: () => new Promise<RunReport>(() => {}), now: () => diedAt };
    const { dispatcher, append, journal } = await openDispatcher(storage, never);
    for (let i = 0; i < events; i++) append(`ev_${i}`, ["one"]);
    void dispatcher.start();
    await vi.waitFor(() => expect(journal.listRunning()).toHaveLength(events));
    expect(new Set(journal.listRunning().map(({ claimedAt }) => claimedAt))).toEqual(new Set([diedAt]));

    const after = await openDispatcher(storage, { active: [ONE], run: async () => OK, now: () => diedAt + ms });
    void after.dispatcher.start();
    await vi.waitFor(() => expect([after.dispatcher.runsInFlight, after.dispatcher.nextDueAt]).toEqual([0, null]));
    const rows = storage.sql.exec<{ rows: string }>("SELECT rows FROM finished ORDER BY seq").toArray();
    const finished = rows.map((row) => JSON.parse(row.rows) as FinishedRows);
    const since = (at: number | null): number | null => (at === null ? null : at - diedAt);
    return {
      ...{ logs: [], audit: [] },
      runs: finished
        .flatMap(({ runs }) => runs)
        .map((run) => ({ ...run, startedAt: run.startedAt - diedAt, nextAttemptAt: since(run.nextAttemptAt) })),
      deliveries: finished
        .flatMap(({ deliveries }) => deliveries)
        .map((delivery) => ({ ...delivery, updatedAt: delivery.updatedAt - diedAt })),
    };
  });
}

test("a lost run started when it was claimed, and took as long as nobody knows, whenever it is found", async () => {
  const { runs, deliveries } = await runsOf("lost-day", DAY_MS, 1);
  expect(runs).toMatchObject([
    { attempt: 1, outcomeType: "lost", startedAt: 0, wallMs: 0, nextAttemptAt: DAY_MS },
    { attempt: 2, outcomeType: "ok", startedAt: DAY_MS, nextAttemptAt: null },
  ]);
  expect(deliveries.map(({ updatedAt }) => updatedAt)).toEqual([DAY_MS, DAY_MS]);
});

test.each([
  ["found at once", 0],
  ["found by a clock that was set back", -DAY_MS],
])("no lost run starts after its next attempt: %s", async (name, ms) => {
  const { runs } = await runsOf(`lost ${name}`, ms, 5);
  const lost = runs.filter(({ outcomeType }) => outcomeType === "lost");
  expect(lost).toHaveLength(5);
  for (const { startedAt, nextAttemptAt } of lost) expect(startedAt).toBeLessThanOrEqual(nextAttemptAt ?? -Infinity);
  expect(runs.filter(({ outcomeType }) => outcomeType === "ok")).toHaveLength(5);
});
