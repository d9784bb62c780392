// The bench of one Kili project, as a Durable Object: runs trials one order after the other, and answers the doors of
// their runs. It is apart from the project's inbox, whose places and isolates are for what is live. Keeps nothing.
import { DurableObject } from "cloudflare:workers";
import type { CallVerdict } from "../../schemas/inbox.ts";
import type { Refusal, RunCall } from "../../schemas/run.ts";
import type { Recording, TrialAnswer, TrialBenchRpc, TrialOrder } from "../../schemas/trial.ts";
import { RunLedgers } from "../dispatch/run-ledgers.ts";
import type { Env } from "../env.ts";
import { MAX_TRIAL_ORDERS_WAITING, TRIAL_MS } from "../limits.ts";
import { findByIds } from "../store/find-by-ids.ts";
import { events } from "../store/history-schema.ts";
import { createTrialRun } from "./create-trial-run.ts";
import { listLiveRuns } from "./list-live-runs.ts";
import { runTrial } from "./run-trial.ts";
import { TrialReads } from "./trial-reads.ts";

export class TrialBench extends DurableObject<Env> implements TrialBenchRpc {
  readonly #ledgers = new RunLedgers();
  /** By run. */
  readonly #reads = new Map<string, TrialReads>();
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  async run(order: TrialOrder): Promise<string | null> {
    if (this.#waiting > MAX_TRIAL_ORDERS_WAITING) return null;
    this.#waiting += 1;
    const answer = this.#turn.then(() => this.#run(order));
    this.#turn = answer.catch(() => {});
    try {
      return JSON.stringify(await answer);
    } finally {
      this.#waiting -= 1;
    }
  }

  async beginCall(runId: string): Promise<CallVerdict> {
    return this.#ledgers.begin(runId);
  }

  async isUnderWay(runId: string): Promise<boolean> {
    return this.#ledgers.isOpen(runId);
  }

  async endCall(runId: string, call: RunCall): Promise<void> {
    this.#ledgers.end(runId, call);
  }

  async refused(runId: string, refusal: Refusal): Promise<void> {
    this.#ledgers.refuse(runId, refusal);
  }

  async findRead(runId: string, hash: string): Promise<string | null> {
    return this.#reads.get(runId)?.find(hash) ?? null;
  }

  async keepRead(runId: string, hash: string, data: string): Promise<void> {
    this.#reads.get(runId)?.keep(hash, data);
  }

  async #run(order: TrialOrder): Promise<TrialAnswer> {
    const { env } = this;
    const { artifact, eventIds, projectId } = order;
    const known = await findByIds(env.DB, events, eventIds);
    const reads = new TrialReads(order.reads, order.recording);
    const inbox = env.INBOX.getByName(projectId);
    const tried = await runTrial(order, {
      events: new Map([...known].filter(([, event]) => event.projectId === projectId)),
      live: await listLiveRuns(env.DB, artifact.manifest.name, eventIds),
      readBody: (eventId) => inbox.readEventBody(eventId),
      run: createTrialRun(order, {
        env,
        exports: this.ctx.exports,
        ledgers: this.#ledgers,
        onRun: (runId, isOver) => void (isOver ? this.#reads.delete(runId) : this.#reads.set(runId, reads)),
      }),
      until: Date.now() + TRIAL_MS,
      now: () => Date.now(),
    });
    const recorded: Recording = reads.recorded();
    return { events: tried, recorded };
  }
}
