// Starts what is due, as much at once as the slots allow, and writes down how each attempt ended.
import type { RunReport } from "../../schemas/run.ts";
import { log } from "../log.ts";
import { decideRetry } from "./decide-retry.ts";
import { toFinishedRows } from "./finished-rows.ts";
import { createId } from "./create-id.ts";
import type { Burial } from "./bury-waiting.ts";
import type { ClaimedDelivery } from "./claimed-delivery.ts";
import { deliveryRules } from "./delivery-rules.ts";
import type { EndedAttempt, Expected, Journal } from "./journal.ts";
import type { Pauses } from "./pauses.ts";
import type { PluginSet } from "./plugin-set.ts";
import { runsApart } from "./runs-apart.ts";
import { Slots } from "./slots.ts";
import { toLostReport } from "./to-lost-report.ts";

export interface DispatcherDeps {
  readonly journal: Journal;
  readonly plugins: PluginSet;
  readonly pauses: Pauses;
  /** Sends waiting deliveries of a quarantined plugin's version to the dead letters. */
  readonly bury: (versionId: string) => Burial;
  /** Resolves when everything written so far is on disk. */
  readonly sync: () => Promise<void>;
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
  readonly #deps: DispatcherDeps;
  readonly #slots: Slots;
  /** When each version's first pending delivery is due. */
  readonly #pending: Map<string, number>;
  /** Attempts that are over but not written down yet. */
  #ended: EndedAttempt[];
  #starting = false;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
    this.#slots = new Slots((versionId) => {
      const plugin = deps.plugins.find(versionId);
      return plugin !== null && runsApart(plugin.manifest);
    });
    this.#pending = deps.journal.listPending();
    this.#ended = deps.journal.listRunning().map((delivery) => this.#toLost(delivery));
  }

  get runsInFlight(): number {
    return this.#slots.inFlight;
  }

  /** When the next delivery that is not under way is due; null when none is left. */
  get nextDueAt(): number | null {
    if (this.#ended.length > 0) return 0;
    return this.#pending.size === 0 ? null : Math.min(...this.#pending.values());
  }

  /** When the next delivery falls due that is not due at `now`; null when there is none. */
  nextDueAfter(now: number): number | null {
    const dueAts = [...this.#pending].map(([versionId, dueAt]) => Math.max(dueAt, this.#heldUntil(versionId)));
    const later = dueAts.filter((dueAt) => dueAt > now && dueAt !== Infinity);
    return later.length === 0 ? null : Math.min(...later);
  }

  /** Tells of a delivery that was journalled, or that may run from now on. */
  expect({ versionId, dueAt }: Expected): void {
    this.#pending.set(versionId, Math.min(dueAt, this.#pending.get(versionId) ?? dueAt));
  }

  /** Writes down what has ended and starts what is due, until there is neither. Runs go on by themselves. */
  async start(): Promise<void> {
    if (this.#starting) return;
    this.#starting = true;
    try {
      for (;;) {
        // A turn of the event loop, so that what ends or arrives together is written together.
        await scheduler.wait(BATCH_WAIT_MS);
        this.#recordEnded();
        const claimed = this.#claim();
        const buried = this.#buryQuarantined();
        if (claimed.length === 0 && !buried) break;
        // An attempt that may kill the process must be on disk as begun before it is.
        await this.#deps.sync();
        for (const delivery of claimed) void this.#attempt(delivery);
      }
    } catch (error) {
      log("error", "deliveries could not be started; tried again at the next alarm", {
        project: this.#deps.projectId(),
        error,
      });
    } finally {
      this.#starting = false;
    }
  }

  #claim(): ClaimedDelivery[] {
    const { journal, now, pauses } = this.#deps;
    const claimed: ClaimedDelivery[] = [];
    if (!this.#deps.mayStart()) return claimed;
    const due = [...this.#pending].filter(
      ([versionId, dueAt]) => dueAt <= now() && pauses.room(this.#nameOf(versionId)) > 0,
    );
    const yielding = this.#slots.yielding(due.map(([versionId]) => versionId));
    for (const [versionId, dueAt] of due) {
      const free = yielding.has(versionId) ? 0 : this.#freeFor(versionId);
      if (free <= 0) continue;
      const some = journal.claim(versionId, now(), free, this.#slots.freeBytes);
      for (const delivery of some) {
        this.#slots.take(delivery);
        pauses.began(delivery);
      }
      claimed.push(...some);
      // To the back of the line, so that a long backlog does not keep the others waiting.
      this.#pending.delete(versionId);
      const next = some.length < free ? journal.nextDueAt(versionId) : dueAt;
      if (next !== null) this.#pending.set(versionId, next);
    }
    return claimed;
  }

  /** Nothing of a quarantined plugin waits: neither what came before, nor what was under way and would come again. */
  #buryQuarantined(): boolean {
    let more = false;
    for (const versionId of [...this.#pending.keys()]) {
      if (!this.#deps.pauses.isQuarantined(this.#nameOf(versionId))) continue;
      const burial = this.#deps.bury(versionId);
      if (!burial.more) this.#pending.delete(versionId);
      for (const freed of burial.freed) this.expect(freed);
      more ||= burial.more || burial.freed.length > 0;
    }
    return more;
  }

  #freeFor(versionId: string): number {
    const plugin = this.#deps.plugins.find(versionId);
    const pluginName = plugin?.name ?? "";
    const free = this.#slots.freeFor({ versionId, pluginName }, deliveryRules(plugin?.manifest).concurrency);
    return Math.min(free, this.#deps.pauses.room(pluginName));
  }

  #heldUntil(versionId: string): number {
    return this.#deps.pauses.heldUntil(this.#nameOf(versionId));
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
      return toLostReport(`the host failed: ${String(error)}`);
    });
    this.#slots.release(delivery);
    // Not for runs that the process died under: that says nothing about the innocent among them.
    this.#deps.pauses.ended(delivery, report.outcome);
    this.#ended.push(this.#toEnded(runId, delivery, startedAt, report));
    await this.start();
  }

  #recordEnded(): void {
    const ended = this.#ended;
    if (ended.length === 0) return;
    try {
      this.#record(this.#ended);
      this.#ended = [];
    } catch {
      // What cannot be written even by itself stays for the next start: on disk it is still under way.
      this.#ended = this.#ended.filter((attempt) => !this.#recordAlone(attempt));
    }
    this.#deps.onFinished(ended.filter((attempt) => !this.#ended.includes(attempt)));
  }

  #record(attempts: readonly EndedAttempt[]): void {
    for (const expected of this.#deps.journal.finish(attempts)) this.expect(expected);
    for (const { delivery, next } of attempts) {
      if (next.type === "again") this.expect({ versionId: delivery.versionId, dueAt: next.at });
    }
  }

  /** Whatever a report holds, its delivery must not stay under way for ever, nor take others along. */
  #recordAlone(attempt: EndedAttempt): boolean {
    const runs = attempt.rows.runs.map((run) => ({ ...run, calls: [] }));
    for (const each of [attempt, { ...attempt, rows: { ...attempt.rows, runs, logs: [], audit: [] } }]) {
      try {
        this.#record([each]);
        return true;
      } catch (error) {
        log("error", "run could not be stored as it is", { delivery: attempt.delivery.id, error });
      }
    }
    return false;
  }

  #toEnded(runId: string, delivery: ClaimedDelivery, startedAt: number, report: RunReport): EndedAttempt {
    const { now, plugins, projectId, random } = this.#deps;
    const endedAt = now();
    const maxAttempts = plugins.find(delivery.versionId)?.manifest.retry.max_attempts ?? 1;
    const next = decideRetry(report.outcome, delivery.attempt, maxAttempts, endedAt, random());
    const attempt = { runId, projectId: projectId(), delivery, pluginName: delivery.pluginName, startedAt, endedAt };
    return { delivery, rows: toFinishedRows(attempt, report, next), next };
  }

  /** A run the last process died under: it ended in nothing that can be known. */
  #toLost(delivery: ClaimedDelivery): EndedAttempt {
    const at = this.#deps.now();
    const report = toLostReport("the process ended while this was running");
    return this.#toEnded(createId("run", at), delivery, at, report);
  }
}
