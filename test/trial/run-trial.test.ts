// How much one order of a trial does: events that it has no more time or room for are left.
import { expect, test } from "vitest";
import type { RunReport } from "../../schemas/run.ts";
import type { TrialOrder } from "../../schemas/trial.ts";
import { MAX_CALL_DETAIL_CHARS, MAX_TRIAL_ANSWER_CHARS } from "../../worker/limits.ts";
import type { EventRow } from "../../worker/store/flush-batch.ts";
import { runTrial } from "../../worker/trial/run-trial.ts";
import { artifact } from "../store/rows.ts";

const eventIds = Array.from({ length: 100 }, (_, index) => `ev_${index}`);
const order: TrialOrder = { projectId: "p", artifact: artifact(), eventIds, reads: "kili", recording: {} };
const event = { id: "ev", type: order.artifact.manifest.events[0], payloadBytes: 1 } as EventRow;
const call = { kind: "kili", target: "createIssues", result: "dry_run", startedAt: 0, ms: 0 } as const;

/** How many events were run, where each makes so many writes of the largest kind that is kept. */
async function countRun(writes: number, until = Infinity): Promise<number> {
  const calls = Array.from({ length: writes }, () => ({ ...call, detail: "x".repeat(MAX_CALL_DETAIL_CHARS) }));
  const report = { outcome: { type: "ok" }, wallMs: 1, calls } as unknown as RunReport;
  const tried = await runTrial(order, {
    events: new Map(eventIds.map((id) => [id, event])),
    live: new Map(),
    readBody: async () => "{}",
    run: async () => report,
    until,
    now: () => 0,
  });
  expect(tried.map(({ eventId }) => eventId)).toEqual(eventIds);
  expect(tried.every(({ status }) => status === "ran" || status === "left")).toBe(true);
  return tried.filter(({ status }) => status === "ran").length;
}

test("runTrial: an answer has an end, whatever runs write, and one event is tried in any case", async () => {
  expect(await countRun(1)).toBe(eventIds.length);
  const perEvent = 50;
  const fitting = MAX_TRIAL_ANSWER_CHARS / (perEvent * MAX_CALL_DETAIL_CHARS);
  expect(await countRun(perEvent)).toBeGreaterThanOrEqual(Math.floor(fitting));
  expect(await countRun(perEvent)).toBeLessThan(fitting + 10);
  expect(await countRun(0, -1)).toBe(1);
});
