// Hands finished runs and new events to the history database in batches, and lets the journal forget only then.
import {
  BUSY_EVENT_WAIT_MS,
  BUSY_FLUSH_SIZE,
  BUSY_FLUSH_WAIT_MS,
  EVENT_WAIT_MS,
  FLUSH_LIMIT_MS,
  FLUSH_RETRY_BASE_MS,
  FLUSH_RETRY_MAX_MS,
  FLUSH_WAIT_MS,
  MAX_FLUSH_CHARS,
  MAX_FLUSH_EVENT_ROWS,
  MAX_FLUSH_EVENTS,
  MAX_FLUSH_RUNS,
  MAX_FLUSHED_ONE_BY_ONE,
} from "../limits.ts";
import { log } from "../log.ts";
import type { FlushBatch } from "../store/flush-batch.ts";
import { FlushTimer } from "./flush-timer.ts";
import { LoneItems, type LoneItem } from "./lone-items.ts";
import type { Outbox, UnflushedRun, UnstoredEvent } from "./outbox.ts";
import type { SetAside } from "./set-aside.ts";
import { toFlushBatch } from "./to-flush-batch.ts";
import { TooLate, within } from "./within.ts";

const MAX_REASON_CHARS = 500;
const BATCH_PAUSE_MS = 2;
/** After so many failures in a row it may be what is handed over, and not the database. */
const TRUSTED_FAILURES = 3;

export interface FlusherDeps {
  readonly outbox: Outbox;
  readonly setAside: SetAside;
  readonly record: (batch: FlushBatch) => Promise<void>;
  /** Whether the database takes anything at all. Never throws. */
  readonly isWell: () => Promise<boolean>;
  readonly projectId: () => string;
  /** Whether events stay for a while once they are over. */
  readonly keepsPayloads: () => boolean;
  /** Told when something has been set aside, and whether nothing was before. */
  readonly onSetAside: (reason: string, isFirst: boolean) => void;
  readonly now: () => number;
  /** From 0 up to but not 1. */
  readonly random: () => number;
}

interface Waiting {
  readonly runs: readonly UnflushedRun[];
  readonly events: readonly UnstoredEvent[];
  /** Events were left out that could have gone. */
  readonly moreEvents: boolean;
}

interface HandedOver {
  readonly runs: number;
  readonly events: number;
  /** Events were left out that could have gone. */
  readonly moreEvents: boolean;
  readonly lastSeq: number;
}

export class Flusher {
  readonly #deps: FlusherDeps;
  readonly #timer = new FlushTimer(() => void this.flush());
  #flushing = false;
  /** What the last hand-over held. A batch costs D1 nearly as much as a few runs in it, so a busy inbox gathers longer. */
  #lastSize = 0;
  /** Failures in a row, and until when the database is left alone for them. */
  #failures = 0;
  #retryAt = 0;
  readonly #lone = new LoneItems();

  constructor(deps: FlusherDeps) {
    this.#deps = deps;
  }

  /** Flushes soon, together with whatever else comes until then. `runs` have been finished since it was last called. */
  schedule(runs = 0): void {
    this.#timer.note(runs);
    if (this.#flushing) return;
    const wait = this.#lastSize < BUSY_FLUSH_SIZE ? FLUSH_WAIT_MS : BUSY_FLUSH_WAIT_MS;
    this.#timer.set(wait, this.#retryAt - this.#deps.now());
  }

  /** Flushes what there is. What a failing database does not take stays in the journal, and is tried ever less often. */
  async flush(): Promise<void> {
    if (this.#flushing) return;
    if (this.#deps.now() < this.#retryAt) {
      if (this.#deps.outbox.hasUnflushed()) this.schedule();
      return;
    }
    this.#flushing = true;
    let flushed = 0;
    try {
      // What finishes meanwhile waits for company again, or a busy inbox would hand over one run at a time.
      const last = this.#deps.outbox.lastUnflushedSeq();
      for (let batch = await this.#flushSome(); batch !== null; batch = await this.#flushSome()) {
        flushed += Math.max(batch.runs, batch.events);
        if (batch.lastSeq >= last && !batch.moreEvents) break;
        // Requests that have come meanwhile have their turn.
        await scheduler.wait(BATCH_PAUSE_MS);
      }
    } catch (error) {
      this.#backOff();
      log("error", "history could not be written; kept for later", { project: this.#deps.projectId(), error });
    }
    this.#lastSize = flushed;
    // Whatever becomes of it, the next flush may begin.
    await this.#tryAside().finally(() => (this.#flushing = false));
    if (this.#deps.outbox.hasUnflushed()) this.schedule();
  }

  #backOff(): void {
    const { now, random } = this.#deps;
    const ms = Math.min(FLUSH_RETRY_MAX_MS, FLUSH_RETRY_BASE_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#retryAt = now() + Math.round(ms * (0.5 + random() / 2));
  }

  /** What was handed over; null when there was nothing to hand over. */
  async #flushSome(): Promise<HandedOver | null> {
    const waiting = this.#listWaiting();
    const { runs, events, moreEvents } = waiting;
    if (runs.length === 0 && events.length === 0) return null;
    this.#timer.took(runs.length);
    try {
      await this.#record(this.#toBatch(waiting));
      this.#forget(waiting);
      this.#lone.clear();
      this.#failures = 0;
    } catch (error) {
      if (this.#failures < TRUSTED_FAILURES || error instanceof TooLate) throw error;
      return this.#flushOneByOne(waiting, error);
    }
    return { runs: runs.length, events: events.length, moreEvents, lastSeq: runs.at(-1)?.seq ?? Infinity };
  }

  /** After `error`: it may be what is handed over, and not the database. */
  async #flushOneByOne({ runs, events }: Waiting, error: unknown): Promise<HandedOver> {
    const items: readonly LoneItem[] = [
      ...runs.map((run): LoneItem => ({ kind: "run", run })),
      ...events.map((event): LoneItem => ({ kind: "event", event })),
    ];
    const reasons = new Map<LoneItem, unknown>();
    const { taken, atFault } = await this.#lone.handOver(items, MAX_FLUSHED_ONE_BY_ONE, async (item) => {
      try {
        await this.#record(this.#toBatch(toWaiting(item)));
        this.#forget(toWaiting(item));
        return true;
      } catch (reason) {
        if (reason instanceof TooLate) throw reason;
        reasons.set(item, reason);
        return false;
      }
    });
    for (const item of atFault) {
      this.#setAside(this.#toBatch(toWaiting(item)), reasons.get(item));
      this.#forget(toWaiting(item));
    }
    if (taken.length === 0) throw error;
    this.#failures = TRUSTED_FAILURES;
    return { runs: taken.length, events: 0, moreEvents: true, lastSeq: 0 };
  }

  #toBatch({ runs, events }: Pick<Waiting, "events" | "runs">): FlushBatch {
    return toFlushBatch(runs, events, this.#deps.projectId());
  }

  #forget({ runs, events }: Pick<Waiting, "events" | "runs">): void {
    const { keepsPayloads, outbox } = this.#deps;
    outbox.forget(
      runs,
      events.map(({ seq }) => seq),
      keepsPayloads(),
    );
  }

  #listWaiting(): Waiting {
    const { now, outbox } = this.#deps;
    const runs = outbox.listUnflushedRuns(MAX_FLUSH_RUNS, MAX_FLUSH_CHARS);
    const eventSeqs = runs.map((run) => run.eventSeq);
    const unstored = outbox.listUnstoredEvents(eventSeqs, now() - this.#eventWaitMs(), MAX_FLUSH_EVENTS);
    const events = withinRows(unstored, MAX_FLUSH_EVENT_ROWS);
    const moreEvents = events.length < unstored.length || unstored.length === MAX_FLUSH_EVENTS;
    return { runs, events, moreEvents };
  }

  /** Alone, an event costs nearly as much again: its deliveries are written as waiting first, and changed soon after. */
  #eventWaitMs(): number {
    return this.#lastSize < BUSY_FLUSH_SIZE ? EVENT_WAIT_MS : BUSY_EVENT_WAIT_MS;
  }

  #record(batch: FlushBatch): Promise<void> {
    return within(FLUSH_LIMIT_MS, this.#deps.record(batch));
  }

  /** What the database never takes must not keep the rest from it. */
  #setAside(batch: FlushBatch, error: unknown): void {
    const { onSetAside, projectId, setAside } = this.#deps;
    const reason = String(error).slice(0, MAX_REASON_CHARS);
    const isFirst = setAside.add(batch, reason);
    const [run, event] = [batch.runs[0]?.id, batch.events[0]?.id];
    log("error", "the history refused a part of it, which is set aside and tried again now and then", {
      project: projectId(),
      ...(run === undefined ? {} : { run }),
      ...(event === undefined ? {} : { event }),
      error,
    });
    onSetAside(reason, isFirst);
  }

  /** Once more what was set aside, which nothing waits for. */
  async #tryAside(): Promise<void> {
    const { isWell, now, setAside } = this.#deps;
    // Asked while it takes nothing, a database refuses nothing.
    if (now() < this.#retryAt) return;
    for (let aside = setAside.nextDue(); aside !== null; aside = setAside.nextDue()) {
      try {
        await this.#record(aside.batch);
      } catch {
        if (await isWell()) setAside.postpone(aside.seq);
        else this.#backOff();
        return;
      }
      setAside.forget(aside.seq);
    }
  }
}

function toWaiting(item: LoneItem): Pick<Waiting, "events" | "runs"> {
  return item.kind === "run" ? { runs: [item.run], events: [] } : { runs: [], events: [item.event] };
}

/** The first events whose own rows and waiting deliveries fit, and at least one. */
function withinRows(events: readonly UnstoredEvent[], most: number): readonly UnstoredEvent[] {
  let rows = 0;
  const end = events.findIndex((event) => (rows += 1 + event.waiting.length) > most);
  return end < 0 ? events : events.slice(0, Math.max(end, 1));
}
