// The judge of a chaos run must see every broken promise: each is broken here on purpose.
import { describe, expect, it } from "vitest";
import { judgeHistory, type DeliveryFact, type HistoryFacts, type RunFact } from "../../chaos/judge-history.ts";

const promised = [{ eventId: "e", kiliRunId: "r", labelId: "l", deliveries: 2 }];
const done: DeliveryFact = { id: "d1", eventId: "e", plugin: "writer", state: "done", attempts: 2 };
const dead: DeliveryFact = { id: "d2", eventId: "e", plugin: "moody", state: "dead", attempts: 1 };
const runs: RunFact[] = [
  { deliveryId: "d1", attempt: 1, outcome: "lost" },
  { deliveryId: "d1", attempt: 2, outcome: "ok" },
  { deliveryId: "d2", attempt: 1, outcome: "threw" },
];
const good: HistoryFacts = { events: new Set(["e"]), deliveries: [done, dead], runs };

function judge(changes: Partial<HistoryFacts>, labels: readonly string[] = ["l"], promises = promised): string[] {
  const writes = { plugin: "writer", labels };
  return judgeHistory({ ...good, ...changes }, { promised: promises, plugins: ["writer", "moody"], writes });
}

describe("judgeHistory", () => {
  it("finds nothing wrong where everything ended once", () => {
    expect(judge({})).toEqual([]);
  });

  it.each([
    ["an event that is gone", { events: new Set<string>() }],
    ["a delivery that is gone", { deliveries: [done] }],
    ["a delivery that is there twice", { deliveries: [done, dead, { ...dead, id: "d3", attempts: 0 }] }],
    ["a delivery that still waits", { deliveries: [done, { ...dead, state: "pending" }] }],
    ["an attempt that is missing", { runs: runs.slice(1) }],
    ["an attempt that is there twice", { runs: [...runs, { deliveryId: "d2", attempt: 1, outcome: "threw" }] }],
    ["attempts that were not counted", { deliveries: [{ ...done, attempts: 1 }, dead] }],
    ["two good ends", { runs: [{ deliveryId: "d1", attempt: 1, outcome: "ok" }, ...runs.slice(1)] }],
    ["a dead letter that ended well", { deliveries: [{ ...done, state: "dead" }, dead] }],
    [
      "a good end that was none",
      { runs: [...runs.slice(0, 1), { deliveryId: "d1", attempt: 2, outcome: "threw" }, ...runs.slice(2)] },
    ],
  ])("sees %s", (_, changes) => {
    expect(judge(changes)).not.toEqual([]);
  });

  it("sees a write that did not reach Kili", () => {
    expect(judge({}, [])).toEqual(["writer did not write what it is done with: l"]);
  });

  it("sees a write that was made twice", () => {
    expect(judge({}, ["l", "l"])).toEqual(["writer wrote 2 times instead of once: l"]);
  });

  it("sees an event that was accepted for too few plugins", () => {
    expect(judge({}, ["l"], [{ eventId: "e", kiliRunId: "r", labelId: "l", deliveries: 1 }])).toHaveLength(1);
  });
});
