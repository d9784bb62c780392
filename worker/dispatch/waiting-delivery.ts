// A delivery that waits, as the journal's rows give it when nobody is to run it.
import { BEHIND, PENDING, SUSPECT } from "./journal-tables.ts";

/** A delivery that waits, without its event's body. */
export interface Waiting {
  readonly seq: number;
  readonly id: string;
  readonly eventId: string;
  readonly pluginName: string;
  readonly attempts: number;
  readonly createdAt: number;
  readonly lane: string | null;
  readonly behind: boolean;
}

/** Those of a version, due or not, in no order. */
export const SELECT_WAITING = `
SELECT d.seq, d.id, e.id AS eventId, d.plugin AS pluginName, d.attempt AS attempts, d.created_at AS createdAt, d.lane,
       d.state = ${BEHIND} AS behind
FROM delivery d JOIN event e ON e.seq = d.event_seq
WHERE d.state IN (${PENDING}, ${BEHIND}, ${SUSPECT}) AND d.version_id = ? LIMIT ?`;

export type WaitingRow = Omit<Waiting, "behind"> & { readonly behind: number } & Record<string, SqlStorageValue>;

/** The delivery of a row. */
export function toWaiting(row: WaitingRow): Waiting {
  return { ...row, behind: row.behind === 1 };
}
