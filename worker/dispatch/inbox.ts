// The journal of one Kili project, as a Durable Object: accepts events, matches them, has them run, keeps what is
// not over. Putting its parts together is all this file does.
import { DurableObject } from "cloudflare:workers";
import type { AcceptAnswer, CallVerdict, InboxRpc, InboxStatus, IncomingEvent } from "../../schemas/inbox.ts";
import type { Refusal, RunCall } from "../../schemas/run.ts";
import { drain } from "../drain.ts";
import type { Env } from "../env.ts";
import { DEDUPE_MS, INBOX_WAKE_MS, MAX_COMMIT_EVENTS } from "../limits.ts";
import { log } from "../log.ts";
import { listActivePlugins } from "../store/list-active-plugins.ts";
import { recordProject } from "../store/record-project.ts";
import { recordRuns } from "../store/record-runs.ts";
import { Dispatcher } from "./dispatcher.ts";
import { Flusher } from "./flusher.ts";
import { buryWaiting } from "./bury-waiting.ts";
import { createGroupCommit } from "./group-commit.ts";
import { Intake } from "./intake.ts";
import { Journal } from "./journal.ts";
import { Memory } from "./memory.ts";
import { Outbox } from "./outbox.ts";
import { Pauses } from "./pauses.ts";
import { Places } from "./places.ts";
import { PluginSet } from "./plugin-set.ts";
import { readStanding } from "./read-standing.ts";
import { runDelivery } from "./run-delivery.ts";
import { RunLedgers } from "./run-ledgers.ts";
import { toPauseRow } from "./to-pause-row.ts";

export class Inbox extends DurableObject<Env> implements InboxRpc {
  readonly #journal: Journal;
  readonly #memory: Memory;
  readonly #outbox: Outbox;
  readonly #plugins: PluginSet;
  readonly #pauses: Pauses;
  readonly #dispatcher: Dispatcher;
  readonly #flusher: Flusher;
  readonly #ledgers = new RunLedgers();
  readonly #commit: (event: IncomingEvent) => Promise<AcceptAnswer>;
  readonly #generations = new Map<string, number>();
  readonly #places = new Places();
  #projectId: string | null;
  #alarmAt: number | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const now = (): number => Date.now();
    const sync = (): Promise<void> => ctx.storage.sync();
    const projectId = (): string => this.#requireProjectId();
    this.#journal = new Journal(ctx.storage);
    this.#memory = new Memory(ctx.storage);
    this.#outbox = new Outbox(ctx.storage);
    this.#projectId = this.#memory.recall("project");
    this.#plugins = new PluginSet(this.#memory, () => this.#readPlugins());
    this.#flusher = new Flusher({
      outbox: this.#outbox,
      record: (batch) => recordRuns(env.DB, batch),
      projectId,
      now,
    });
    this.#pauses = new Pauses({
      storage: ctx.storage,
      currentVersion: (pluginName) => this.#plugins.currentVersion(pluginName),
      onChange: (pluginName, pause) => {
        this.#outbox.add({ pauses: [toPauseRow(projectId(), pluginName, pause, now())] });
        this.#flusher.schedule();
      },
      now,
    });
    this.#dispatcher = new Dispatcher({
      journal: this.#journal,
      plugins: this.#plugins,
      pauses: this.#pauses,
      bury: (versionId) =>
        buryWaiting(versionId, { journal: this.#journal, outbox: this.#outbox, projectId: projectId(), now: now() }),
      sync,
      mayStart: () => !drain.begun,
      run: (runId, delivery) =>
        drain.count(() =>
          runDelivery(runId, delivery, {
            env,
            exports: ctx.exports,
            journal: this.#journal,
            plugins: this.#plugins,
            ledgers: this.#ledgers,
            generations: this.#generations,
            places: this.#places,
            projectId: projectId(),
          }),
        ),
      projectId,
      onFinished: () => this.#afterRun(),
      now,
      random: Math.random,
    });
    const intake = new Intake({
      ...{ journal: this.#journal, memory: this.#memory, outbox: this.#outbox, plugins: this.#plugins },
      ...{ pauses: this.#pauses, projectId },
      expect: (expected) => this.#dispatcher.expect(expected),
    });
    this.#commit = createGroupCommit((events) => intake.append(events), sync, MAX_COMMIT_EVENTS);
    if (this.#hasWork()) this.#wakeWithin(0);
  }

  async accept(event: IncomingEvent): Promise<string> {
    return JSON.stringify(await this.#accept(event));
  }

  async registryChanged(projectId: string): Promise<void> {
    this.#setProjectId(projectId);
    await this.#plugins.refresh();
    this.#pauses.resumeReplaced();
    void this.#dispatcher.start();
  }

  async resume(pluginName: string): Promise<boolean> {
    const resumed = this.#pauses.resume(pluginName);
    if (resumed) void this.#dispatcher.start();
    return resumed;
  }

  async status(): Promise<InboxStatus> {
    return { ...readStanding(this.ctx.storage), runsInFlight: this.#dispatcher.runsInFlight };
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
    this.#memory.forgetSeen(Date.now() - DEDUPE_MS);
    // Armed first: a failure below must not leave the inbox asleep over its work.
    if (this.#hasWork()) this.#wakeWithin(INBOX_WAKE_MS);
    this.#wakeForNext();
    await this.#dispatcher.start();
    await this.#flusher.flush();
  }

  async #accept(event: IncomingEvent): Promise<AcceptAnswer> {
    this.#setProjectId(event.projectId);
    try {
      await this.#plugins.ready();
    } catch (error) {
      log("error", "no plugins to match against", { project: event.projectId, error });
      return { type: "unavailable", reason: "the plugins could not be read" };
    }
    if (event.onlyPlugin !== null && !this.#plugins.has(event.onlyPlugin)) return { type: "unknown_plugin" };
    // The sender's machine may be ahead of this one, and what is due in the future is not started.
    const answer = await this.#commit({ ...event, receivedAt: Math.min(event.receivedAt, Date.now()) });
    if (answer.type === "accepted") {
      this.#wakeWithin(INBOX_WAKE_MS);
      this.#flusher.schedule();
      if (answer.deliveries > 0) void this.#dispatcher.start();
    }
    return answer;
  }

  async #readPlugins(): ReturnType<typeof listActivePlugins> {
    const projectId = this.#requireProjectId();
    // Known to the database before the set is read, so that whoever changes the set later knows whom to tell.
    await recordProject(this.env.DB, projectId, Date.now());
    return listActivePlugins(this.env.DB, projectId);
  }

  #afterRun(): void {
    this.#flusher.schedule();
    this.#wakeForNext();
  }

  /** Called before what is due is started: what cannot be then waits for a place, and no alarm gives it one. */
  #wakeForNext(): void {
    const dueAt = this.#dispatcher.nextDueAfter(Date.now());
    if (dueAt !== null) this.#wakeWithin(dueAt - Date.now());
  }

  #hasWork(): boolean {
    return this.#dispatcher.runsInFlight > 0 || this.#dispatcher.nextDueAt !== null || this.#outbox.hasUnflushed();
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
    this.#memory.remember("project", projectId);
  }

  #requireProjectId(): string {
    if (this.#projectId === null) throw new Error("inbox used before its first event");
    return this.#projectId;
  }
}
