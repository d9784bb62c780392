// A door's line to the bench of trials, in place of the one to an inbox.
import type { Env } from "../env.ts";
import type { DoorProps } from "./door-props.ts";
import type { KiliDoorRun } from "./door-run.ts";
import type { KeptReads } from "./kept-reads.ts";

/** The line of a trial's run. Nothing that a trial does comes back as an event, so its writes are told to nobody. */
export function openTrialRun(env: Env, { projectId, runId }: DoorProps): KiliDoorRun {
  const bench = env.TRIAL_BENCH.getByName(projectId);
  return {
    begin: () => bench.beginCall(runId),
    isUnderWay: () => bench.isUnderWay(runId),
    end: (call) => bench.endCall(runId, call),
    refused: (refusal) => bench.refused(runId, refusal),
    // A trial writes nothing; should it ever come to ask, it may not.
    findWrite: async () => ({ type: "closed" }),
    beginWrite: async () => null,
  };
}

/** Where a trial's reads are kept; null where Kili is asked and nothing is kept. */
export function openTrialReads(env: Env, { projectId, runId, trial }: DoorProps): KeptReads | null {
  if (trial === undefined || trial.reads === "kili") return null;
  const bench = env.TRIAL_BENCH.getByName(projectId);
  return {
    find: (hash) => bench.findRead(runId, hash),
    keep: (hash, data) => bench.keepRead(runId, hash, data),
  };
}
