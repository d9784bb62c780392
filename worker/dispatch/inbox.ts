// The journal of one Kili project, as a Durable Object: accepts events, matches them, has them run, keeps what is
// not over. Its parts are put together in assemble-inbox.ts; this file is what the platform and
// the rest of the host see of them.
import { DurableObject } from "cloudflare:workers";
import type {
  AcceptAnswer,
  CallVerdict,
  EventPlace,
  EventReplayAnswer,
  InboxRpc,
  InboxStatus,
  IncomingEvent,
  ReplayAnswer,
  RunUnderWay,
  WriteBeginning,
  WriteEnd,
  WriteFinding,
} from "../../schemas/inbox.ts";
import type { CameAnswer, SoughtEvent } from "../../schemas/sought-event.ts";
import type { Refusal, RunCall } from "../../schemas/run.ts";
import type { Env } from "../env.ts";
import { INBOX_WAKE_MS, MAX_CALL_EVENTS, MAX_SETTLED_AT_ONCE, MAX_SOUGHT_EVENTS, MAX_WRITTEN_KEYS } from "../limits.ts";
import { log } from "../log.ts";
import { Arrivals } from "./arrivals.ts";
import { assembleInbox, type InboxParts } from "./assemble-inbox.ts";
import { findEvent } from "./find-event.ts";
import { readStanding } from "./read-standing.ts";
import { whichCame } from "./which-came.ts";

const NO_PLUGINS: AcceptAnswer = { type: "unavailable", reason: "the plugins could not be read" };
const NOT_JOURNALLED: AcceptAnswer = { type: "unavailable", reason: "it could not be written" };
const NO_ROOM: AcceptAnswer = { type: "full", level: "bodies" };

export class Inbox extends DurableObject<Env> implements InboxRpc {
  readonly #parts: InboxParts;
  readonly #arrivals = new Arrivals();
  #alarmAt: number | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#parts = assembleInbox(ctx, env, {
      onFinished: (runs) => this.#afterRun(runs),
      onResumed: () => this.#workOn(),
    });
    if (this.#hasWork()) this.#wakeWithin(0);
  }

  async accept(events: readonly IncomingEvent[]): Promise<string> {
    const [first] = events;
    if (first === undefined) return "[]";
    if (events.length > MAX_CALL_EVENTS)
      throw new RangeError(`Cannot take ${events.length} events in a call, wanted ${MAX_CALL_EVENTS} at most`);
    // Once for all of them: they are journalled in the order in which they came.
    const ready = this.#untilReady(first.projectId);
    const answers = await Promise.all(
      events.map((event) =>
        this.#arrivals
          .hold(event.body, async () => ((await ready) ? this.#accept(event) : NO_PLUGINS))
          // What becomes of the others is not its business.
          .catch((error: unknown): AcceptAnswer => {
            log("error", "event not journalled", { project: event.projectId, error });
            return NOT_JOURNALLED;
          }),
      ),
    );
    this.#afterArrival(answers);
    return JSON.stringify(answers.map((answer) => answer ?? NO_ROOM));
  }

  async registryChanged(projectId: string): Promise<void> {
    this.#parts.setProjectId(projectId);
    await this.#parts.plugins.refresh();
    // The project may have opted out of having its payloads kept.
    this.#wakeWithin(INBOX_WAKE_MS);
  }

  async resume(pluginName: string): Promise<boolean> {
    const resumed = this.#parts.pauses.resume(pluginName);
    if (resumed) this.#workOn();
    return resumed;
  }

  async replay(deliveryIds: readonly string[]): Promise<ReplayAnswer[]> {
    await this.#parts.plugins.ready();
    const answers = this.#parts.replays.replay(deliveryIds.slice(0, MAX_SETTLED_AT_ONCE));
    this.#workOn();
    return answers;
  }

  async discard(deliveryIds: readonly string[]): Promise<string[]> {
    const discarded = this.#parts.replays.discard(deliveryIds.slice(0, MAX_SETTLED_AT_ONCE));
    this.#parts.flusher.schedule();
    return discarded;
  }

  async replayEvent(eventId: string, pluginName: string): Promise<EventReplayAnswer> {
    await this.#parts.plugins.ready();
    const answer = this.#parts.replays.replayEvent(eventId, pluginName);
    this.#workOn();
    return answer;
  }

  async findEvent(eventId: string): Promise<EventPlace | null> {
    return findEvent(this.ctx.storage.sql, eventId);
  }

  async readEventBody(eventId: string): Promise<string | Uint8Array | null> {
    const event = this.#parts.kept.find(eventId);
    return event === null ? null : this.#parts.kept.readBody(event);
  }

  async underWay(runId: string | null): Promise<RunUnderWay[]> {
    return this.#parts.ledgers.underWay(runId);
  }

  async status(): Promise<InboxStatus> {
    const { backlog, dispatcher } = this.#parts;
    return {
      ...readStanding(this.ctx.storage),
      backlog: backlog.lastLevel,
      runsInFlight: dispatcher.runsInFlight,
    };
  }

  async wantedTypes(projectId: string, types: readonly string[]): Promise<string[]> {
    this.#parts.setProjectId(projectId);
    await this.#parts.plugins.ready();
    return types.filter((type) => this.#parts.plugins.match(type).length > 0);
  }

  async whichCame(sought: readonly SoughtEvent[]): Promise<CameAnswer> {
    return whichCame(this.ctx.storage.sql, sought.slice(0, MAX_SOUGHT_EVENTS));
  }

  async beginCall(runId: string): Promise<CallVerdict> {
    return this.#parts.ledgers.begin(runId);
  }

  async isUnderWay(runId: string): Promise<boolean> {
    return this.#parts.ledgers.isOpen(runId);
  }

  async endCall(runId: string, call: RunCall, write: WriteEnd | null): Promise<void> {
    if (write !== null) this.#parts.writes.end(write);
    this.#parts.ledgers.end(runId, call);
  }

  async findWrite(runId: string, hash: string): Promise<WriteFinding> {
    const ledger = this.#parts.ledgers.find(runId);
    return ledger === null ? { type: "closed" } : this.#parts.writes.find(ledger, hash);
  }

  async beginWrite(runId: string, write: WriteBeginning): Promise<number | null> {
    const ledger = this.#parts.ledgers.find(runId);
    if (ledger === null) return null;
    const about = write.about.slice(0, MAX_WRITTEN_KEYS);
    // Before it is sent: what comes of it may be here before its answer is.
    this.#parts.causes.note(ledger, about, Date.now());
    return this.#parts.writes.begin(ledger, { ...write, about });
  }

  async refused(runId: string, refusal: Refusal): Promise<void> {
    this.#parts.ledgers.refuse(runId, refusal);
  }

  /** The platform's wake-up: whatever became of the process, what is left goes on from here. */
  override async alarm(): Promise<void> {
    this.#alarmAt = null;
    // Armed first: a failure below must not leave the inbox asleep over its work.
    if (this.#hasWork()) this.#wakeWithin(INBOX_WAKE_MS);
    this.#wakeForNext();
    // None is waited for: the next alarm does not come before this one is over, and retries would wait for them too.
    void this.#parts.dispatcher.start();
    void this.#parts.flusher.flush();
    void this.#parts.alerts.sendDue();
    this.#parts.upkeep.run();
    const upkeepAt = this.#parts.upkeep.nextAt();
    if (upkeepAt !== null) this.#wakeWithin(upkeepAt - Date.now());
    const asideAt = this.#parts.setAside.nextDueAt;
    // It may stay due for as long as the database is left alone.
    if (asideAt !== null) this.#wakeWithin(Math.max(asideAt - Date.now(), INBOX_WAKE_MS));
  }

  /** Whether there are plugins to match against. */
  async #untilReady(projectId: string): Promise<boolean> {
    this.#parts.setProjectId(projectId);
    try {
      await this.#parts.plugins.ready();
      return true;
    } catch (error) {
      log("error", "no plugins to match against", { project: projectId, error });
      return false;
    }
  }

  #accept(event: IncomingEvent): AcceptAnswer | Promise<AcceptAnswer> {
    if (event.onlyPlugin !== null && !this.#parts.plugins.has(event.onlyPlugin)) return { type: "unknown_plugin" };
    const level = this.#parts.backlog.level();
    if (level !== "room") return { type: "full", level };
    // The sender's machine may be ahead of this one, and what is due in the future is not started.
    return this.#parts.commit({ ...event, receivedAt: Math.min(event.receivedAt, Date.now()) });
  }

  #afterArrival(answers: readonly (AcceptAnswer | null)[]): void {
    const deliveries = answers.flatMap((answer) => (answer?.type === "accepted" ? answer.deliveries : []));
    if (deliveries.length === 0) return;
    this.#wakeWithin(INBOX_WAKE_MS);
    this.#parts.flusher.schedule();
    if (deliveries.some((count) => count > 0)) void this.#parts.dispatcher.start();
  }

  /** Something was journalled besides events that came in. */
  #workOn(): void {
    this.#wakeWithin(INBOX_WAKE_MS);
    this.#parts.flusher.schedule();
    void this.#parts.dispatcher.start();
  }

  #afterRun(runs: number): void {
    this.#parts.flusher.schedule(runs);
    this.#wakeForNext();
  }

  /** Called before what is due is started: what cannot be then waits for a place, and no alarm gives it one. */
  #wakeForNext(): void {
    const dueAt = this.#parts.dispatcher.nextDueAfter(Date.now());
    if (dueAt !== null) this.#wakeWithin(dueAt - Date.now());
  }

  #hasWork(): boolean {
    const { alerts, dispatcher, outbox } = this.#parts;
    return (
      dispatcher.runsInFlight > 0 || dispatcher.nextDueAt !== null || outbox.hasUnflushed() || alerts.nextDueAt !== null
    );
  }

  /** Makes sure of an alarm within `ms`. One that is set earlier is left alone. */
  #wakeWithin(ms: number): void {
    const at = Date.now() + Math.max(ms, 0);
    if (this.#alarmAt !== null && this.#alarmAt <= at) return;
    this.#alarmAt = at;
    void this.ctx.storage.setAlarm(at);
  }
}
