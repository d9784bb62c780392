// What is kept of a run's calls.
import { expect, test } from "vitest";
import type { RunCall } from "../../schemas/run.ts";
import { RunLedgers } from "../../worker/dispatch/run-ledgers.ts";
import { MAX_RUN_CALLS_CHARS } from "../../worker/limits.ts";

test("long targets leave less room for details", () => {
  const ledgers = new RunLedgers();
  const ledger = ledgers.open("run_1", { eventSeq: 1, eventId: "ev_1", pluginName: "one", limit: 10 });
  const call: RunCall = { kind: "net", target: "GET a.example", result: "ok", startedAt: 1, ms: 1, detail: "why" };
  ledgers.end("run_1", call);
  ledgers.end("run_1", { ...call, target: "a".repeat(MAX_RUN_CALLS_CHARS) });
  ledgers.end("run_1", call);
  expect(ledger.calls.map(({ detail }) => detail)).toEqual(["why", null, null]);
});
