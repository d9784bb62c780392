// The writes to Kili that an inbox's deliveries have made, so that none is made twice. It knows them by the hash of what
// was sent, and does not send anything.
//
// All deliveries of one event to one plugin share their writes: attempts, and replays of whatever kind. An attempt meets
// those that are the same in the order they were made, each once. Two of them may be at the same write at once, and only
// one of them begins it.
import type { WriteBeginning, WriteEnd, WriteFinding } from "../../schemas/inbox.ts";
import { KILI_CALL_MS, MAX_KILI_LOOK_UPS, MAX_WRITES_AROUND, WRITE_SETTLE_MS } from "../limits.ts";
import type { OpenLedger } from "./run-ledgers.ts";
import type { HostProcess } from "./this-process.ts";

const FIND = `
SELECT id, sent_at, settles_at, answer, about, process, projects FROM write
WHERE hash = ? AND event_seq = ? AND plugin = ? AND id > ? ORDER BY id LIMIT 1`;
// Looked for only when a write's outcome is unknown: no index is worth its price on each write.
const AROUND = `
SELECT hash, answer FROM write WHERE id <> ?1 AND sent_at >= ?2 AND EXISTS (
  SELECT 1 FROM json_each(about) AS key WHERE key.value IN (SELECT value FROM json_each(?3))) LIMIT ?4`;
const OTHERS = "SELECT 1 FROM write WHERE hash = ? AND event_seq = ? AND plugin = ? AND id > ? LIMIT 1";
const LOST_ONE = "SELECT settles_at, process FROM write WHERE id = ? AND answer IS NULL";
const INSERT = `
INSERT INTO write (event_seq, plugin, hash, sent_at, settles_at, process, projects, about)
VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`;
const AGAIN =
  "UPDATE write SET sent_at = ?, settles_at = ?, process = ?, projects = ? WHERE id = ? AND answer IS NULL RETURNING id";
const LOST = "UPDATE write SET settles_at = min(settles_at, ?) WHERE id = ?";

/**
 * Whose write it is, as the run's ledger says; `met` is how far the run is among the writes of each hash, `sent` are
 * those that it has begun itself.
 */
export type Writer = Pick<OpenLedger, "eventSeq" | "met" | "pluginName" | "sent">;

export interface WriteJournalDeps {
  readonly storage: DurableObjectStorage;
  readonly now: () => number;
  /** The process that makes all calls; null where calls outlive it, as others than it make them. */
  readonly process: HostProcess | null;
}

export class WriteJournal {
  readonly #sql: SqlStorage;
  readonly #deps: WriteJournalDeps;

  /** Needs the journal's tables to be there. */
  constructor(deps: WriteJournalDeps) {
    this.#deps = deps;
    this.#sql = deps.storage.sql;
  }

  /** The next write of this hash that the run has not met yet. */
  find({ eventSeq, met, pluginName }: Omit<Writer, "sent">, hash: string): WriteFinding {
    const [row] = this.#sql.exec<Row>(FIND, hash, eventSeq, pluginName, met.get(hash) ?? 0).toArray();
    if (row === undefined) return { type: "new" };
    met.set(hash, row.id);
    if (row.answer !== null) return { type: "made", answer: row.answer };
    const since = row.sent_at - KILI_CALL_MS - WRITE_SETTLE_MS;
    const around = this.#sql.exec<Neighbour>(AROUND, row.id, since, row.about, MAX_WRITES_AROUND).toArray();
    return {
      type: "unknown",
      id: row.id,
      sentAt: row.sent_at,
      settlesInMs: Math.max(0, this.#settlesAt(row) - this.#deps.now()),
      made: around.flatMap(({ answer }) => answer ?? []),
      isAlone:
        around.length < MAX_WRITES_AROUND && around.every((other) => other.answer !== null || other.hash === hash),
      projects: row.projects === null ? null : (JSON.parse(row.projects) as string[]),
    };
  }

  /** Resolves with the write's id once it is on disk as sent; null where another run has begun it meanwhile. */
  async begin(writer: Writer, beginning: WriteBeginning): Promise<number | null> {
    const { eventSeq, met, pluginName, sent: own } = writer;
    const { about, hash, id: known, isHarmlessTwice, projects } = beginning;
    if (known === null ? this.#hasOthers(writer, hash) : !own.has(known) && !this.#isSettled(known)) return null;
    const at = this.#deps.now();
    const settlesAt = at + KILI_CALL_MS + WRITE_SETTLE_MS;
    // Kili may go on with a call whose connection is gone, and what makes something must not be made beside itself.
    const process = isHarmlessTwice ? (this.#deps.process?.id ?? null) : null;
    // In more of them nobody looks.
    const where = projects.length > MAX_KILI_LOOK_UPS ? null : JSON.stringify(projects);
    const sent = [at, settlesAt, process, where] as const;
    const [row] = (
      known === null
        ? this.#sql.exec<{ id: number }>(INSERT, eventSeq, pluginName, hash, ...sent, JSON.stringify(about))
        : this.#sql.exec<{ id: number }>(AGAIN, ...sent, known)
    ).toArray();
    // Its answer has come late, from a door that was thought to be gone; or its event is no longer kept.
    if (row === undefined) return null;
    met.set(hash, Math.max(row.id, met.get(hash) ?? 0));
    own.add(row.id);
    await this.#deps.storage.sync();
    return row.id;
  }

  /** Whether another run has begun one of this hash since this run looked. */
  #hasOthers({ eventSeq, met, pluginName }: Writer, hash: string): boolean {
    return this.#sql.exec(OTHERS, hash, eventSeq, pluginName, met.get(hash) ?? 0).toArray().length > 0;
  }

  /** Whether a write has no answer, and nobody can be at it any more. */
  #isSettled(id: number): boolean {
    const [row] = this.#sql.exec<Pick<Row, "process" | "settles_at">>(LOST_ONE, id).toArray();
    return row !== undefined && this.#settlesAt(row) <= this.#deps.now();
  }

  /**
   * A call has ended with the process that made it, however long it could have taken. That goes for harmless ones only:
   * others are journalled as nobody's.
   */
  #settlesAt({ process: madeBy, settles_at: at }: Pick<Row, "process" | "settles_at">): number {
    const { process } = this.#deps;
    if (process === null || madeBy === null || madeBy === process.id) return at;
    return Math.min(at, process.since + WRITE_SETTLE_MS);
  }

  /** Writes down what became of a write. Only the first answer counts. */
  end({ id, ending }: WriteEnd): void {
    switch (ending.type) {
      case "answered":
        this.#sql.exec("UPDATE write SET answer = ? WHERE id = ? AND answer IS NULL", ending.answer, id);
        return;
      case "not_done":
        this.#sql.exec("DELETE FROM write WHERE id = ? AND answer IS NULL", id);
        return;
      case "unknown":
        // A connection that broke says nothing about how long Kili goes on with what it makes.
        if (ending.isHarmlessTwice) this.#sql.exec(LOST, this.#deps.now() + WRITE_SETTLE_MS, id);
    }
  }
}

interface Row extends Record<string, SqlStorageValue> {
  id: number;
  sent_at: number;
  settles_at: number;
  answer: string | null;
  about: string;
  process: string | null;
  projects: string | null;
}

interface Neighbour extends Record<string, SqlStorageValue> {
  hash: string;
  answer: string | null;
}
