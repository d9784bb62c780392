// Events that are over and kept with their payloads: found by id, and let go by age and by size, the oldest first.
// What waits, runs or is dead keeps its event whatever its age.
import { MAX_PRUNED_AT_ONCE, MAX_PRUNED_BYTES_AT_ONCE } from "../limits.ts";
import { readBodyChunks } from "./read-body-chunks.ts";
import { AMONG, type JournalledFacts, toFacts, type EventColumns } from "./journal-tables.ts";

export interface KeptEvent {
  readonly seq: number;
  readonly facts: JournalledFacts;
}

export interface KeepLimits {
  /** Events received before then (epoch milliseconds) are let go, … */
  readonly before: number;
  /** … and more of them while the inbox's database is larger than this. */
  readonly bytes: number;
}

export class KeptEvents {
  readonly #storage: DurableObjectStorage;
  /** Up to here, what is left has to stay for now; 0 when no pass is under way. */
  #looked = 0;

  /** Needs the journal's tables to be there. */
  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  find(eventId: string): KeptEvent | null {
    const query = `SELECT seq, id AS event_id, kili_run_id, type, asset_id, label_id, received_at FROM event
      WHERE id = ? AND (body IS NULL OR body <> '')`;
    const [row] = this.#storage.sql.exec<EventColumns & { seq: number }>(query, eventId).toArray();
    return row === undefined ? null : { seq: row.seq, facts: toFacts(row) };
  }

  /** A kept event's body as it came. */
  readBody({ seq }: KeptEvent): string | Uint8Array {
    const { sql } = this.#storage;
    const { body } = sql.exec<{ body: string | null }>("SELECT body FROM event WHERE seq = ?", seq).one();
    return body ?? readBodyChunks(sql, seq);
  }

  /** Lets some events go, a pass over all of them going on where it was left; true when the pass is not over. */
  prune({ before, bytes }: KeepLimits): boolean {
    const { sql } = this.#storage;
    const tooLarge = sql.databaseSize > bytes;
    const page = sql.exec<Row>(OLDEST, this.#looked, MAX_PRUNED_AT_ONCE).toArray();
    const young = page.findIndex(({ received_at }) => !tooLarge && received_at >= before);
    const old = upToBytes(young < 0 ? page : page.slice(0, young), MAX_PRUNED_BYTES_AT_ONCE);
    const over = old.filter(({ alive }) => alive === 0);
    if (over.length > 0) this.#drop(over);
    const isOver = old.length === young || (old.length === page.length && page.length < MAX_PRUNED_AT_ONCE);
    this.#looked = isOver ? 0 : (old.at(-1)?.seq ?? 0);
    return !isOver;
  }

  /** When the oldest event was received that is there, whatever keeps it; null when there is none. */
  oldestAt(): number | null {
    const query = "SELECT received_at AS at FROM event ORDER BY seq LIMIT 1";
    return this.#storage.sql.exec<{ at: number }>(query).toArray()[0]?.at ?? null;
  }

  #drop(events: readonly Row[]): void {
    const seqs = JSON.stringify(events.map(({ seq }) => seq));
    this.#storage.transactionSync(() => {
      this.#storage.sql.exec(`DELETE FROM event WHERE seq ${AMONG}`, seqs);
      if (events.some(({ chunked }) => chunked === 1))
        this.#storage.sql.exec(`DELETE FROM body_chunk WHERE event_seq ${AMONG}`, seqs);
    });
  }
}

// Up to the first event the history does not have.
const OLDEST = `
SELECT seq, received_at, body IS NULL AS chunked, body_bytes,
       EXISTS (SELECT 1 FROM delivery WHERE delivery.event_seq = event.seq) AS alive
FROM event WHERE seq > ?
  AND seq < coalesce((SELECT MIN(event_seq) FROM unstored), 9e15)
ORDER BY seq LIMIT ?`;

interface Row extends Record<string, SqlStorageValue> {
  seq: number;
  received_at: number;
  chunked: number;
  body_bytes: number;
  alive: number;
}

/** The first rows, up to the one with which those that may go are so large together. */
function upToBytes(rows: readonly Row[], bytes: number): readonly Row[] {
  let sum = 0;
  const last = rows.findIndex(({ alive, body_bytes }) => alive === 0 && (sum += body_bytes) >= bytes);
  return last < 0 ? rows : rows.slice(0, last + 1);
}
