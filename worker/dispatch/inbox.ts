// The journal of one Kili project, as a Durable Object: accepts events, matches them, has them run, keeps what is
// not over. Putting its parts together is all this file does.
import { DurableObject } from "cloudflare:workers";
import type { EventFacts } from "../../schemas/event.ts";
import type { AcceptAnswer, CallVerdict, InboxRpc, InboxStatus, IncomingEvent } from "../../schemas/inbox.ts";
import type { Refusal, RunCall, RunReport } from "../../schemas/run.ts";
import { pluginVariable, type Env } from "../env.ts";
import type { DoorProps } from "../execute/door-props.ts";
import { effectiveLimits } from "../execute/effective-limits.ts";
import { runPlugin } from "../execute/run-plugin.ts";
import { DEDUPE_MS, INBOX_WAKE_MS } from "../limits.ts";
import { listActivePlugins } from "../store/list-active-plugins.ts";
import { readArtifact } from "../store/read-artifact.ts";
import { readSourceMap } from "../store/read-source-map.ts";
import { recordProject } from "../store/record-project.ts";
import { recordRuns } from "../store/record-runs.ts";
import { Dispatcher } from "./dispatcher.ts";
import { Flusher } from "./flusher.ts";
import { createGroupCommit } from "./group-commit.ts";
import { createId } from "./ids.ts";
import { Journal, type ClaimedDelivery } from "./journal.ts";
import { PluginSet } from "./plugin-set.ts";
import { RunLedgers } from "./run-ledgers.ts";

export class Inbox extends DurableObject<Env> implements InboxRpc {
  readonly #journal: Journal;
  readonly #plugins: PluginSet;
  readonly #dispatcher: Dispatcher;
  readonly #flusher: Flusher;
  readonly #ledgers = new RunLedgers();
  readonly #commit: (event: IncomingEvent) => Promise<AcceptAnswer>;
  /** Raised per version to leave an isolate behind that a run may still haunt. */
  readonly #generations = new Map<string, number>();
  #projectId: string | null;
  #alarmAt: number | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const now = (): number => Date.now();
    const sync = (): Promise<void> => ctx.storage.sync();
    const projectId = (): string => this.#requireProjectId();
    this.#journal = new Journal(ctx.storage);
    this.#projectId = this.#journal.recall("project");
    this.#plugins = new PluginSet(this.#journal, () => this.#readPlugins());
    this.#flusher = new Flusher({
      journal: this.#journal,
      record: (batch) => recordRuns(env.DB, batch),
      projectId,
      now,
    });
    this.#dispatcher = new Dispatcher({
      journal: this.#journal,
      plugins: this.#plugins,
      sync,
      run: (runId, delivery) => this.#run(runId, delivery),
      projectId,
      onFinished: () => this.#afterRun(),
      now,
      random: Math.random,
    });
    this.#commit = createGroupCommit((events) => this.#append(events), sync);
    if (this.#hasWork()) this.#wakeWithin(0);
  }

  async accept(event: IncomingEvent): Promise<AcceptAnswer> {
    this.#setProjectId(event.projectId);
    try {
      await this.#plugins.ready();
    } catch (error) {
      console.error({ message: "no plugins to match against", error: String(error) });
      return { type: "unavailable", reason: "the plugins could not be read" };
    }
    if (event.onlyPlugin !== null && !this.#plugins.has(event.onlyPlugin)) return { type: "unknown_plugin" };
    const answer = await this.#commit(event);
    if (answer.type === "accepted") {
      this.#wakeWithin(INBOX_WAKE_MS);
      this.#flusher.schedule();
      void this.#dispatcher.start();
    }
    return answer;
  }

  async registryChanged(projectId: string): Promise<void> {
    this.#setProjectId(projectId);
    await this.#plugins.refresh();
  }

  async status(): Promise<InboxStatus> {
    const { deliveries, oldestAt, unflushedRuns } = this.#journal.countPending();
    return {
      pendingDeliveries: deliveries,
      runsInFlight: this.#dispatcher.runsInFlight,
      unflushedRuns,
      oldestPendingAt: oldestAt,
    };
  }

  async beginCall(runId: string): Promise<CallVerdict> {
    return this.#ledgers.begin(runId);
  }

  async endCall(runId: string, call: RunCall): Promise<void> {
    this.#ledgers.end(runId, call);
  }

  async refused(runId: string, refusal: Refusal): Promise<void> {
    this.#ledgers.refuse(runId, refusal);
  }

  /** The platform's wake-up: whatever became of the process, what is left goes on from here. */
  override async alarm(): Promise<void> {
    this.#alarmAt = null;
    this.#journal.forgetSeen(Date.now() - DEDUPE_MS);
    // Armed first: a failure below must not leave the inbox asleep over its work.
    if (this.#hasWork()) this.#wakeWithin(INBOX_WAKE_MS);
    await this.#dispatcher.start();
    await this.#flusher.flush();
    const dueAt = this.#dispatcher.nextDueAt;
    if (dueAt !== null) this.#wakeWithin(dueAt - Date.now());
  }

  #append(events: readonly IncomingEvent[]): AcceptAnswer[] {
    return this.#journal.atomically(() => events.map((event) => this.#appendOne(event)));
  }

  #appendOne(event: IncomingEvent): AcceptAnswer {
    const seen = event.kiliRunId === null ? null : this.#journal.findSeen(event.kiliRunId);
    if (seen !== null) return { type: "duplicate", id: seen };
    const id = createId("ev", event.receivedAt);
    const { kiliRunId, type, assetId, labelId, receivedAt, body, bodyBytes } = event;
    const facts: Omit<EventFacts, "projectId"> = { id, kiliRunId, type, assetId, labelId, receivedAt };
    const matched = this.#plugins
      .match(type)
      .filter(({ name }) => event.onlyPlugin === null || name === event.onlyPlugin);
    const deliveries = matched.map(({ name, versionId }) => {
      this.#dispatcher.expect(versionId, receivedAt);
      return { id: createId("dl", receivedAt), pluginName: name, versionId };
    });
    this.#journal.append({ facts, body, bodyBytes, deliveries });
    return { type: "accepted", id, deliveries: deliveries.length };
  }

  async #run(runId: string, delivery: ClaimedDelivery): Promise<RunReport> {
    const plugin = this.#plugins.find(delivery.versionId);
    if (plugin === null) return brokenReport(`version "${delivery.versionId}" is not known here`);
    const projectId = this.#requireProjectId();
    const { permissions, limits } = plugin.manifest;
    const generation = this.#generations.get(plugin.versionId) ?? 0;
    const ledger = this.#ledgers.open(runId, effectiveLimits(limits).subrequests);
    const props: DoorProps = {
      runId,
      inboxName: projectId,
      pluginName: plugin.name,
      projectId,
      kiliScopes: permissions.kili,
      netHosts: permissions.net,
    };
    const report = await runPlugin(
      {
        runId,
        attempt: delivery.attempt,
        deliveryId: delivery.id,
        plugin,
        projectId,
        eventType: delivery.facts.type,
        body: delivery.body ?? this.#journal.readBody(delivery.eventSeq),
        generation,
      },
      {
        loader: this.env.LOADER,
        doors: { kili: this.ctx.exports.KiliDoor({ props }), net: this.ctx.exports.NetDoor({ props }) },
        ledger,
        readCode: async (hash) =>
          (await readArtifact(this.env.DB, hash))?.code ?? Promise.reject(new Error("not stored")),
        readSourceMap: (hash) => readSourceMap(this.env.DB, hash),
        variable: (name) => pluginVariable(this.env, name),
        now: Date.now,
      },
    );
    this.#ledgers.close(runId);
    if (leavesIsolateUnfit(report)) this.#generations.set(plugin.versionId, generation + 1);
    return report;
  }

  async #readPlugins(): ReturnType<typeof listActivePlugins> {
    const projectId = this.#requireProjectId();
    // Known to the database before the set is read, so that whoever changes the set later knows whom to tell.
    await recordProject(this.env.DB, projectId, Date.now());
    return listActivePlugins(this.env.DB, projectId);
  }

  #afterRun(): void {
    this.#flusher.schedule();
    const dueAt = this.#dispatcher.nextDueAt;
    if (dueAt !== null) this.#wakeWithin(dueAt - Date.now());
  }

  #hasWork(): boolean {
    return this.#dispatcher.runsInFlight > 0 || this.#dispatcher.nextDueAt !== null || this.#journal.hasUnflushed();
  }

  /** Makes sure of an alarm within `ms`. One that is set earlier is left alone. */
  #wakeWithin(ms: number): void {
    const at = Date.now() + Math.max(ms, 0);
    if (this.#alarmAt !== null && this.#alarmAt <= at) return;
    this.#alarmAt = at;
    void this.ctx.storage.setAlarm(at);
  }

  #setProjectId(projectId: string): void {
    if (this.#projectId !== null) return;
    this.#projectId = projectId;
    this.#journal.remember("project", projectId);
  }

  #requireProjectId(): string {
    if (this.#projectId === null) throw new Error("inbox used before its first event");
    return this.#projectId;
  }
}

/** After these the isolate is gone, or never came to be: its name would only bring the failure back. */
function leavesIsolateUnfit({ outcome }: RunReport): boolean {
  return outcome.type === "memory_limit" || outcome.type === "load_failed" || outcome.type === "lost";
}

function brokenReport(message: string): RunReport {
  return { outcome: { type: "lost", message }, logs: [], calls: [], refusals: [], wallMs: 0, cpuMs: null };
}
