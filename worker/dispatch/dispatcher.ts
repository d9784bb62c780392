// Starts what is due, as much at once as the slots allow, and writes down how each attempt ended.
import type { RunReport } from "../../schemas/run.ts";
import { log } from "../log.ts";
import { createId } from "./create-id.ts";
import type { Burial } from "./bury-waiting.ts";
import type { ClaimedDelivery } from "./claimed-delivery.ts";
import type { CpuLoad } from "./cpu-load.ts";
import { DueVersions } from "./due-versions.ts";
import { deliveryRules } from "./delivery-rules.ts";
import { Endings, type EndingsDeps } from "./endings.ts";
import { followUp } from "./follow-up.ts";
import type { EndedAttempt, Expected, Journal } from "./journal.ts";
import type { JournalledSuspects } from "./journalled-suspects.ts";
import type { Memory } from "./memory.ts";
import type { Pauses } from "./pauses.ts";
import type { PluginSet } from "./plugin-set.ts";
import { runsApart } from "./runs-apart.ts";
import { Slots } from "./slots.ts";
import type { Solitude } from "../solitude.ts";
import { Suspects } from "./suspects.ts";
import { toLostReport } from "./to-lost-report.ts";

export interface DispatcherDeps extends Pick<EndingsDeps, "endedFromOutside"> {
  readonly journal: Journal;
  readonly suspects: JournalledSuspects;
  readonly memory: Pick<Memory, "recall" | "remember">;
  /** The process's own, which its inboxes share. */
  readonly solitude: Solitude;
  /** Names the inbox among those of the process. */
  readonly inbox: string;
  readonly plugins: PluginSet;
  readonly pauses: Pauses;
  readonly cpuLoad: CpuLoad;
  /** Sends waiting deliveries of a quarantined plugin's version to the dead letters. */
  readonly bury: (versionId: string) => Burial;
  /** Resolves when everything written so far is on disk. */
  readonly sync: () => Promise<void>;
  /** Writes events that have come and are not written yet. */
  readonly writeArrived: () => void;
  /** Runs one attempt. Never throws. */
  readonly run: (runId: string, delivery: ClaimedDelivery) => Promise<RunReport>;
  /** False while nothing more may be started here. */
  readonly mayStart: () => boolean;
  readonly projectId: () => string;
  /** Told of attempts that are over and written down. */
  readonly onFinished: (ended: readonly EndedAttempt[]) => void;
  readonly now: () => number;
  readonly random: () => number;
}

const BATCH_WAIT_MS = 1;

export class Dispatcher {
  /** Whether it is about to write, and what has come with it. Nobody else sets it. */
  isGathering = false;
  readonly #deps: DispatcherDeps;
  readonly #slots: Slots;
  readonly #pending: DueVersions;
  readonly #endings: Endings;
  readonly #suspects: Suspects;
  /** Claimed and not begun. Should a turn fail, the next one begins them: to the journal they are under way. */
  readonly #claimed: ClaimedDelivery[] = [];
  #starting = false;
  /** Something has come up since it last looked. */
  #asked = false;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
    this.#slots = new Slots((versionId) => {
      const plugin = deps.plugins.find(versionId);
      return plugin !== null && runsApart(plugin.manifest);
    });
    const heldUntil = (versionId: string): number => deps.pauses.heldUntil(this.#nameOf(versionId));
    this.#pending = new DueVersions(deps.journal.listPending(), heldUntil);
    const expect = (expected: Expected): void => this.expect(expected);
    this.#suspects = new Suspects({ ...deps, journal: deps.suspects, expect, wake: () => void this.start() });
    this.#endings = new Endings({ ...deps, expect });
    deps.solitude.count(deps.inbox, 0);
  }

  get runsInFlight(): number {
    return this.#slots.inFlight;
  }

  /** When the next delivery that is not under way is due; null when none is left. */
  get nextDueAt(): number | null {
    if (!this.#endings.areWritten) return 0;
    const first = Math.min(this.#pending.firstAt, this.#suspects.nextDueAt ?? Infinity);
    return first === Infinity ? null : first;
  }

  /** When the next delivery falls due that is not due at `now`; null when there is none. */
  nextDueAfter(now: number): number | null {
    const suspectAt = this.#suspects.nextDueAt ?? Infinity;
    const first = Math.min(this.#pending.nextAfter(now), suspectAt > now ? suspectAt : Infinity);
    return first === Infinity ? null : first;
  }

  /** Tells of a delivery that was journalled, or that may run from now on. */
  expect(expected: Expected): void {
    this.#pending.expect(expected);
  }

  /** Writes down what has ended and starts what is due, until there is neither. Runs go on by themselves. */
  async start(): Promise<void> {
    this.#asked = true;
    if (this.#starting) return;
    this.#starting = true;
    const { cpuLoad, sync, writeArrived } = this.#deps;
    try {
      for (;;) {
        this.#asked = false;
        // So that what ends or arrives together is written together.
        this.isGathering = true;
        await scheduler.wait(BATCH_WAIT_MS);
        this.isGathering = false;
        writeArrived();
        await cpuLoad.rest();
        await this.#endings.endLost();
        this.#writeEndings();
        await this.#suspects.settle();
        this.#claim();
        const buried = this.#buryQuarantined();
        if (this.#claimed.length === 0 && !buried && !this.#asked) break;
        this.isGathering = true;
        // An attempt that may kill the process must be on disk as begun before it is.
        await sync();
        // Where all share a thread, it is theirs once they begin: nobody's answer is to wait for what they compute. If that
        // is next to nothing, a commit of their own would take longer.
        if (!cpuLoad.isLight(this.#claimed.map(({ versionId }) => versionId))) writeArrived();
        for (const delivery of this.#claimed.splice(0)) void this.#attempt(delivery);
      }
    } catch (error) {
      const project = this.#deps.projectId();
      log("error", "deliveries could not be started; tried again at the next alarm", { project, error });
    } finally {
      this.#starting = false;
      this.isGathering = false;
      writeArrived();
    }
  }

  #claim(): void {
    if (!this.#deps.mayStart()) return;
    const heirs = this.#suspects.hasHeirs ? this.#pending.list() : [];
    for (const { versionId } of heirs) this.#suspects.inherit(this.#nameOf(versionId), versionId);
    const suspect = this.#suspects.claim(
      ({ versionId, bodyBytes }) => this.#freeFor(versionId) > 0 && bodyBytes <= this.#slots.freeBytes,
    );
    if (suspect === "wait") return;
    if (suspect !== null) this.#take([suspect]);
    if (suspect?.alone !== true) this.#claimDue();
  }

  #claimDue(): void {
    const { journal, now } = this.#deps;
    const due = this.#pending.listDue(now());
    const yielding = this.#slots.yielding(due.map(({ versionId }) => versionId));
    for (const { versionId, dueAt } of due) {
      const free = yielding.has(versionId) ? 0 : this.#freeFor(versionId);
      if (free <= 0) continue;
      const some = journal.claim(versionId, now(), free, this.#slots.freeBytes);
      this.#take(some);
      // To the back of the line, so that a long backlog does not keep the others waiting.
      this.#pending.putBack(versionId, some.length < free ? journal.nextDueAt(versionId) : dueAt);
    }
  }

  #take(claimed: readonly ClaimedDelivery[]): void {
    const { pauses, solitude, inbox } = this.#deps;
    for (const delivery of claimed) {
      this.#claimed.push(delivery);
      this.#slots.take(delivery);
      pauses.began(delivery);
    }
    solitude.count(inbox, this.#slots.inFlight);
  }

  /** Nothing of a quarantined plugin waits: neither what came before, nor what was under way and would come again. */
  #buryQuarantined(): boolean {
    let more = false;
    for (const { versionId } of this.#pending.list()) {
      if (!this.#deps.pauses.isQuarantined(this.#nameOf(versionId))) continue;
      const burial = this.#deps.bury(versionId);
      if (!burial.more) this.#pending.putBack(versionId, null);
      this.#suspects.recount();
      for (const freed of burial.freed) this.expect(freed);
      more ||= burial.more || burial.freed.length > 0;
    }
    return more;
  }

  #freeFor(versionId: string): number {
    const plugin = this.#deps.plugins.find(versionId);
    const pluginName = plugin?.name ?? "";
    const most = Math.min(deliveryRules(plugin?.manifest).concurrency, this.#deps.cpuLoad.concurrency(plugin));
    const free = this.#slots.freeFor({ versionId, pluginName }, most);
    return Math.min(free, this.#deps.pauses.room(pluginName));
  }

  #nameOf(versionId: string): string {
    return this.#deps.plugins.find(versionId)?.name ?? "";
  }

  async #attempt(delivery: ClaimedDelivery): Promise<void> {
    const startedAt = this.#deps.now();
    const runId = createId("run", startedAt);
    const report = await this.#deps.run(runId, delivery).catch((error: unknown) => {
      // A bug of ours, which must not keep the run's place and its delivery for ever.
      log("error", "run threw", { run: runId, delivery: delivery.id, plugin: delivery.pluginName, error });
      return { ...toLostReport(`the host failed: ${String(error)}`), wallMs: this.#deps.now() - startedAt };
    });
    this.#slots.release(delivery);
    this.#deps.solitude.count(this.#deps.inbox, this.#slots.inFlight);
    // Before anything that may fail: to the journal it is under way until this is written.
    this.#endings.add(runId, delivery, startedAt, report);
    this.#deps.cpuLoad.ended(delivery.versionId, report);
    followUp(delivery, () => this.#suspects.over(delivery));
    // Not for runs that the process died under: that says nothing about the innocent among them.
    followUp(delivery, () => this.#deps.pauses.ended(delivery, report.outcome));
    await this.start();
  }

  #writeEndings(): void {
    if (this.#endings.areWritten) return;
    const written = this.#endings.write();
    for (const attempt of written) followUp(attempt.delivery, () => this.#afterEnding(attempt));
    this.#deps.onFinished(written);
  }

  #afterEnding({ delivery, next }: EndedAttempt): void {
    const { pluginName, versionId, deaths } = delivery;
    const died = next.type !== "done" && next.processDied === true;
    if (next.type === "again") {
      if (deaths > 0 || died) this.#suspects.expect(next.at);
      else this.expect({ versionId, dueAt: next.at });
    } else if (died && delivery.alone) {
      // Whatever else of it waits is buried from there.
      this.expect({ versionId, dueAt: this.#deps.now() });
      const reason = `delivery "${delivery.id}" ended the process again, with nothing else running`;
      this.#deps.pauses.quarantine(pluginName, reason, versionId);
    } else if (died) this.#suspects.passOn(pluginName);
  }
}
