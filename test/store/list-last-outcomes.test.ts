import { beforeAll, expect, test } from "vitest";
import type { RunOutcome } from "../../schemas/run.ts";
import { listLastOutcomes } from "../../worker/store/list-last-outcomes.ts";
import { recordRuns } from "../../worker/store/record-runs.ts";
import { deliveryRow, eventRow, flushBatch, runRow } from "./rows.ts";
import { db, emptyDatabase } from "./test-db.ts";

const TIMEOUT: RunOutcome = { type: "timeout", limitMs: 5 };

beforeAll(async () => {
  await emptyDatabase();
  await recordRuns(
    db,
    flushBatch({
      events: [eventRow({ id: "e1" })],
      deliveries: [
        deliveryRow({ id: "tried", eventId: "e1", attempts: 2 }),
        deliveryRow({ id: "of-another-host", eventId: "e1", pluginName: "a" }),
        deliveryRow({ id: "broken", eventId: "e1", pluginName: "b" }),
        deliveryRow({ id: "untried", eventId: "e1", pluginName: "c", attempts: 0 }),
      ],
      runs: [
        runRow({ id: "r1", deliveryId: "tried", attempt: 1 }),
        runRow({ id: "r2", deliveryId: "tried", attempt: 2, outcomeType: "timeout", outcome: TIMEOUT }),
        runRow({ id: "r3", deliveryId: "of-another-host" }),
        runRow({ id: "r4", deliveryId: "broken" }),
      ],
    }),
  );
  const store = db.prepare("UPDATE runs SET outcome = ?2 WHERE id = ?1");
  await db.batch([store.bind("r3", '{"type":"melted"}'), store.bind("r4", '{"type":')]);
});

test("listLastOutcomes gives the latest attempt's, and none that it does not know", async () => {
  const outcomes = await listLastOutcomes(db, ["tried", "of-another-host", "broken", "untried", "nowhere"]);
  expect([...outcomes]).toEqual([["tried", TIMEOUT]]);
});
