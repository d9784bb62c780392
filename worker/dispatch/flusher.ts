// Hands finished runs and new events to the history database in batches, and lets the journal forget only then.
import {
  BUSY_FLUSH_SIZE,
  BUSY_FLUSH_WAIT_MS,
  FLUSH_LIMIT_MS,
  FLUSH_RETRY_BASE_MS,
  FLUSH_RETRY_MAX_MS,
  FLUSH_WAIT_MS,
  MAX_FLUSH_CHARS,
  MAX_FLUSH_EVENT_ROWS,
  MAX_FLUSH_EVENTS,
  MAX_FLUSH_RUNS,
} from "../limits.ts";
import { log } from "../log.ts";
import type { DeliveryRow, EventRow, FlushBatch } from "../store/flush-batch.ts";
import type { Outbox, UnflushedRun, UnstoredEvent } from "./outbox.ts";

/** An event goes to the history with its first finished run, or alone after this long. */
const EVENT_WAIT_MS = 250;

export interface FlusherDeps {
  readonly outbox: Outbox;
  readonly record: (batch: FlushBatch) => Promise<void>;
  readonly projectId: () => string;
  /** Whether events stay for a while once they are over. */
  readonly keepsPayloads: () => boolean;
  readonly now: () => number;
  /** From 0 up to but not 1. */
  readonly random: () => number;
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
  #scheduled = false;
  #flushing = false;
  /** What the last hand-over held. A batch costs D1 nearly as much as a few runs in it, so a busy inbox gathers longer. */
  #lastSize = 0;
  /** Failures in a row, and until when the database is left alone for them. */
  #failures = 0;
  #retryAt = 0;

  constructor(deps: FlusherDeps) {
    this.#deps = deps;
  }

  /** Flushes soon, together with whatever else comes until then. */
  schedule(): void {
    if (this.#scheduled || this.#flushing) return;
    this.#scheduled = true;
    const wait = this.#lastSize < BUSY_FLUSH_SIZE ? FLUSH_WAIT_MS : BUSY_FLUSH_WAIT_MS;
    setTimeout(
      () => {
        this.#scheduled = false;
        void this.flush();
      },
      Math.max(wait, this.#retryAt - this.#deps.now()),
    );
  }

  /** Flushes what there is. What a failing database does not take stays in the journal, and is tried ever less often. */
  async flush(): Promise<void> {
    if (this.#flushing || this.#deps.now() < this.#retryAt) return;
    this.#flushing = true;
    let flushed = 0;
    try {
      // What finishes meanwhile waits for company again, or a busy inbox would hand over one run at a time.
      const last = this.#deps.outbox.lastUnflushedSeq();
      for (let batch = await this.#flushSome(); batch !== null; batch = await this.#flushSome()) {
        flushed += Math.max(batch.runs, batch.events);
        if (batch.lastSeq >= last && !batch.moreEvents) break;
      }
      this.#failures = 0;
    } catch (error) {
      this.#backOff();
      log("error", "history could not be written; kept for later", { project: this.#deps.projectId(), error });
    }
    this.#lastSize = flushed;
    this.#flushing = false;
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
    const { keepsPayloads, outbox, now, projectId, record } = this.#deps;
    const runs = outbox.listUnflushedRuns(MAX_FLUSH_RUNS, MAX_FLUSH_CHARS);
    const eventSeqs = runs.map((run) => run.eventSeq);
    const waiting = outbox.listUnstoredEvents(eventSeqs, now() - EVENT_WAIT_MS, MAX_FLUSH_EVENTS);
    const events = withinRows(waiting, MAX_FLUSH_EVENT_ROWS);
    if (runs.length === 0 && events.length === 0) return null;
    await within(FLUSH_LIMIT_MS, record(toBatch(runs, events, projectId())));
    outbox.forget(
      runs,
      events.map((event) => event.seq),
      keepsPayloads(),
    );
    const moreEvents = events.length < waiting.length || waiting.length === MAX_FLUSH_EVENTS;
    return { runs: runs.length, events: events.length, moreEvents, lastSeq: runs.at(-1)?.seq ?? Infinity };
  }
}

/**
 * Rejects if `work` takes longer. It is not undone: what the database takes after all, it is given again, which is
 * harmless.
 */
async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the database has not answered within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The first events whose own rows and waiting deliveries fit, and at least one. */
function withinRows(events: readonly UnstoredEvent[], most: number): readonly UnstoredEvent[] {
  let rows = 0;
  const end = events.findIndex((event) => (rows += 1 + event.waiting.length) > most);
  return end < 0 ? events : events.slice(0, Math.max(end, 1));
}

function toBatch(runs: readonly UnflushedRun[], events: readonly UnstoredEvent[], projectId: string): FlushBatch {
  const finished = runs.flatMap((run) => run.rows.deliveries);
  const ended = new Set(finished.map((delivery) => delivery.id));
  const waiting = events.flatMap((event) => toWaiting(event, projectId)).filter(({ id }) => !ended.has(id));
  return {
    events: events.map((event) => toEventRow(event, projectId)),
    deliveries: [...latest(finished), ...waiting],
    runs: runs.flatMap((run) => run.rows.runs),
    logs: runs.flatMap((run) => run.rows.logs),
    audit: runs.flatMap((run) => run.rows.audit),
    pauses: runs.flatMap((run) => run.rows.pauses ?? []),
    settled: runs.flatMap((run) => run.rows.settled ?? []),
  };
}

/** A delivery may have several attempts in one batch; only its last standing counts. What it repeats, the first one knows. */
function latest(rows: readonly DeliveryRow[]): DeliveryRow[] {
  const standings = new Map<string, DeliveryRow>();
  for (const row of rows) standings.set(row.id, { ...row, replayOf: standings.get(row.id)?.replayOf ?? row.replayOf });
  return [...standings.values()];
}

function toEventRow({ facts, bodyBytes, deliveryCount }: UnstoredEvent, projectId: string): EventRow {
  return { ...facts, projectId, payloadBytes: bodyBytes, deliveryCount };
}

function toWaiting({ facts, waiting }: UnstoredEvent, projectId: string): DeliveryRow[] {
  return waiting.map((delivery) => ({
    id: delivery.id,
    eventId: facts.id,
    projectId,
    pluginName: delivery.pluginName,
    versionId: delivery.versionId,
    state: "pending",
    attempts: 0,
    lastOutcome: null,
    nextAttemptAt: delivery.dueAt,
    deadReason: null,
    settled: null,
    replayOf: null,
    createdAt: facts.receivedAt,
    updatedAt: facts.receivedAt,
  }));
}
