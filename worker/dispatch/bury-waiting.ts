// Sends what waits for a quarantined plugin to the dead letters, where it keeps nobody from anything and can be
// replayed. In steps, so that events are accepted in between.
import { MAX_BURIED_AT_ONCE } from "../limits.ts";
import { AMONG, DEAD, PENDING } from "./journal-tables.ts";
import type { Outbox } from "./outbox.ts";
import { toDeadRow } from "./to-dead-row.ts";

export interface Graveyard {
  readonly storage: DurableObjectStorage;
  readonly outbox: Outbox;
  readonly projectId: string;
  readonly now: number;
}

/** Buries some deliveries of a version that wait, due or not; true when more may be left. */
export function buryWaiting(versionId: string, { storage, outbox, projectId, now }: Graveyard): boolean {
  const query = `SELECT d.seq, d.id, d.plugin, d.attempt, d.created_at, e.id AS event_id
    FROM delivery d JOIN event e ON e.seq = d.event_seq WHERE d.state = ? AND d.version_id = ? LIMIT ?`;
  const waiting = storage.sql.exec<Row>(query, PENDING, versionId, MAX_BURIED_AT_ONCE).toArray();
  if (waiting.length === 0) return false;
  const rows = waiting.map(({ id, plugin, attempt, created_at, event_id }) =>
    toDeadRow(
      { id, eventId: event_id, projectId, pluginName: plugin, versionId, attempts: attempt, createdAt: created_at },
      "quarantined",
      now,
    ),
  );
  storage.transactionSync(() => {
    const seqs = JSON.stringify(waiting.map(({ seq }) => seq));
    storage.sql.exec(`UPDATE delivery SET state = ? WHERE seq ${AMONG}`, DEAD, seqs);
    outbox.add({ deliveries: rows });
  });
  return waiting.length === MAX_BURIED_AT_ONCE;
}

interface Row extends Record<string, SqlStorageValue> {
  seq: number;
  id: string;
  plugin: string;
  attempt: number;
  created_at: number;
  event_id: string;
}
