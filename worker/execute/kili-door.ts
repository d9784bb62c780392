// The Kili door: a plugin's only way to Kili's API. Guests hold stubs of it and call it with whatever they like; the key
// never leaves worker/kili.
import { WorkerEntrypoint } from "cloudflare:workers";
import type { KiliDoorAnswer, KiliDoorStub } from "../../schemas/guest.ts";
import { allowedPrivateNet, kiliUpstream, type Env } from "../env.ts";
import { KnownMembers } from "../kili/known-members.ts";
import { openBudget } from "../kili/open-budget.ts";
import { KILI_LEAVE_MARGIN_MS } from "../limits.ts";
import { log } from "../log.ts";
import { budgetOfRun } from "./budget-of-run.ts";
import { callKili, type KiliCallDeps } from "./call-kili.ts";
import { createOutbound } from "./create-outbound.ts";
import type { DoorProps } from "./door-props.ts";
import { openDoorRun } from "./door-run.ts";
import { openTrialReads } from "./open-trial-run.ts";
import { findInputType } from "./find-input-type.ts";
import { refusalResponse } from "./refusal-response.ts";

/** Facts about Kili's projects, for all doors of this isolate. */
const inputTypes = new Map<string, string>();
const known = new KnownMembers();

/** One run's door to Kili. */
export class KiliDoor extends WorkerEntrypoint<Env, DoorProps> implements KiliDoorStub {
  /** Never throws: errors lose their names and stacks between isolates. */
  async graphql(document: unknown, variables: unknown): Promise<KiliDoorAnswer> {
    const answer = answerCall(this.env, this.ctx.props, document, variables);
    // A write is under way even if its run is cut off meanwhile: let it end, and be recorded.
    this.ctx.waitUntil(answer);
    return answer;
  }

  /** Never throws either. */
  async inputType(projectId: unknown): Promise<string | null> {
    const { env } = this;
    const { props } = this.ctx;
    // What is recorded must be asked for in the same pages when it is played back.
    if (props.trial !== undefined && props.trial.reads !== "kili") return null;
    try {
      return await findInputType(props, projectId, kiliCallDeps(env, props), inputTypes);
    } catch (error) {
      log("error", "kili door failed", { run: props.runId, error });
      return null;
    }
  }

  // Any stub can be fetched and connected to. Without these two, the runtime writes to the host's log each time.
  override async fetch(): Promise<Response> {
    return refusalResponse({ name: "TypeError", message: "Cannot fetch: this is the door to Kili, wanted graphql()" });
  }

  override async connect(socket: Socket): Promise<void> {
    await socket.close();
  }
}

async function answerCall(env: Env, props: DoorProps, document: unknown, variables: unknown): Promise<KiliDoorAnswer> {
  try {
    return await callKili(props, document, variables, kiliCallDeps(env, props));
  } catch (error) {
    log("error", "kili door failed", { run: props.runId, error });
    return { error: { name: "HostError", message: "Cannot call Kili: the host failed, see its log" } };
  }
}

function kiliCallDeps(env: Env, props: DoorProps): KiliCallDeps {
  const run = openDoorRun(env, props);
  const outbound = createOutbound(env, (request) => fetch(request));
  const flow = `${props.trial === undefined ? "plugin" : "trial"} ${props.pluginName} on ${props.projectId}`;
  return {
    run,
    known,
    allowPrivate: allowedPrivateNet(env),
    budget: budgetOfRun(openBudget(env, flow, props.deadlineAt - KILI_LEAVE_MARGIN_MS), run, () => Date.now()),
    // A trial on a recording is the same wherever it runs: it asks Kili for nothing.
    upstream: props.trial?.reads === "recording" ? null : kiliUpstream(env),
    withholdsWrites: props.shadow,
    reads: openTrialReads(env, props),
    fetch: (url, init) => fetch(url, init),
    outbound: (url, init) => outbound(new Request(url, init)),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    now: () => Date.now(),
    random: () => Math.random(),
    newId: () => `dry-run-${crypto.randomUUID()}`,
  };
}
