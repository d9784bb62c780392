// A door's line to the inbox that the run belongs to: may this call be made, and what became of it.
//
// Every call counts against the run's `subrequests` before it is looked at, those that are then refused included: so
// the limit bounds the audit rows of a plugin that does nothing but ask for what it may not have.
import type { CallVerdict, WriteBeginning, WriteEnd, WriteFinding } from "../../schemas/inbox.ts";
import type { Refusal, RunCall } from "../../schemas/run.ts";
import type { Env } from "../env.ts";
import type { DoorProps } from "./door-props.ts";
import { openTrialRun } from "./open-trial-run.ts";

export interface DoorRun {
  begin(): Promise<CallVerdict>;
  isUnderWay(): Promise<boolean>;
  end(call: RunCall, write?: WriteEnd | null): Promise<void>;
  refused(refusal: Refusal): Promise<void>;
}

/** The line of a door that writes to Kili. */
export interface KiliDoorRun extends DoorRun {
  findWrite(hash: string): Promise<WriteFinding>;
  beginWrite(write: WriteBeginning): Promise<number | null>;
}

/** The error of a call that the inbox did not let pass, for the guest. */
export function describeVerdict(verdict: Exclude<CallVerdict, { type: "allowed" }>): { name: string; message: string } {
  switch (verdict.type) {
    case "closed":
      return { name: "RunOver", message: "Cannot call out: the run is over, wanted a run under way" };
    case "over_limit":
      return {
        name: "SubrequestLimit",
        message: `Cannot call out: the run has made ${verdict.limit} calls, at most ${verdict.limit} (subrequests in [limits] of plugin.toml)`,
      };
  }
}

/** The line of the run that `props` names. */
export function openDoorRun(env: Env, props: DoorProps): KiliDoorRun {
  if (props.trial !== undefined) return openTrialRun(env, props);
  const inbox = env.INBOX.get(env.INBOX.idFromName(props.inboxName));
  return {
    begin: () => inbox.beginCall(props.runId),
    isUnderWay: () => inbox.isUnderWay(props.runId),
    end: (call, write = null) => inbox.endCall(props.runId, call, write),
    findWrite: (hash) => inbox.findWrite(props.runId, hash),
    beginWrite: (write) => inbox.beginWrite(props.runId, write),
    refused: (refusal) => inbox.refused(props.runId, refusal),
  };
}
