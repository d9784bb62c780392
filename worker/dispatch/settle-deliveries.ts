// What the ends of attempts change in the journal's tables: what the history is to have of them, and what becomes of
// their deliveries. What becomes of it when a statement fails is its callers' business.
import { execAmong } from "./exec-among.ts";
import { insertMany } from "./insert-many.ts";
import type { EndedAttempt, NextStep } from "./journal.ts";
import { DEAD, PENDING, RUNNING, SUSPECT } from "./journal-tables.ts";
import { toJournalRows } from "./to-journal-rows.ts";

/** For `execAmong`. */
export const BURY: string = `UPDATE OR FAIL delivery SET state = ${DEAD} WHERE seq`;
const RESCHEDULE = `
UPDATE delivery SET due_at = later.at, alone = 0, deaths = deaths + later.died,
  state = CASE WHEN deaths + later.died > 0 THEN ${SUSPECT} ELSE ${PENDING} END
FROM (SELECT value ->> 0 AS seq, value ->> 1 AS at, value ->> 2 AS died, value ->> 3 AS attempt FROM json_each(?)) AS later
WHERE delivery.seq = later.seq AND delivery.state = ${RUNNING} AND delivery.attempt = later.attempt`;

/** Writes what the history is to have. A plugin can make it too long for a row. */
export function insertFinished(sql: SqlStorage, attempts: readonly EndedAttempt[]): void {
  const rows = attempts.flatMap(({ delivery, rows }) =>
    toJournalRows(rows).map((text) => [delivery.eventSeq, text] as const),
  );
  insertMany(sql, "finished (event_seq, rows)", rows);
}

/** Lets deliveries go, die or wait. */
export function settleDeliveries(sql: SqlStorage, attempts: readonly EndedAttempt[]): void {
  const seqsOf = (wanted: NextStep["type"]): number[] =>
    attempts.filter(({ next }) => next.type === wanted).map(({ delivery }) => delivery.seq);
  const again = attempts.flatMap(({ delivery, next }) =>
    next.type === "again" ? [[delivery.seq, next.at, next.processDied === true ? 1 : 0, delivery.attempt]] : [],
  );
  execAmong(sql, "DELETE FROM delivery WHERE seq", seqsOf("done"));
  execAmong(sql, BURY, seqsOf("dead"));
  if (again.length > 0) sql.exec(RESCHEDULE, JSON.stringify(again));
}

/** The lanes whose first delivery is over with these attempts. */
export function lanesOf(
  attempts: readonly EndedAttempt[],
): { readonly lane: string | null; readonly behind: boolean }[] {
  const over = attempts.filter(({ next }) => next.type !== "again");
  return over.map(({ delivery }) => ({ lane: delivery.lane, behind: false }));
}
