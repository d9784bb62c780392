// Where an inbox has an event that the history does not have yet. Reads no payload: that may be large, or not kept.
import type { EventPlace } from "../../schemas/inbox.ts";

const FIND = `
SELECT CASE
  WHEN EXISTS (SELECT 1 FROM unstored WHERE row ->> '$.facts.id' = ?1) THEN 'waiting'
  WHEN EXISTS (
    SELECT 1 FROM set_aside, json_each(set_aside.batch, '$.events') AS event WHERE event.value ->> '$.id' = ?1
  ) THEN 'set_aside' END AS place`;

/** Null for what is in the history, and for what never came. Needs the journal's tables to be there. */
export function findEvent(sql: SqlStorage, eventId: string): EventPlace | null {
  return sql.exec<{ place: EventPlace | null }>(FIND, eventId).one().place;
}
