// Which of some events an inbox has that the history may not have yet: those that wait for their hand-over, and those
// that were set aside. Reads no payload.
import { isSought, type CameAnswer, type CameEvent, type SoughtEvent } from "../../schemas/sought-event.ts";

const LAST = "SELECT coalesce(MAX(seq), 0) AS seq FROM event";
const MAY_NOT_BE_STORED = `
WITH may_not_be AS (
  SELECT row ->> '$.facts' AS facts FROM unstored WHERE received_at BETWEEN ?1 AND ?2
  UNION ALL SELECT event.value FROM set_aside, json_each(set_aside.batch, '$.events') AS event)
SELECT facts FROM may_not_be
WHERE facts ->> '$.type' IN (SELECT value FROM json_each(?3))
AND coalesce(facts ->> '$.assetId', '') IN (SELECT value FROM json_each(?4))`;

/** Needs the journal's tables to be there. */
export function whichCame(sql: SqlStorage, sought: readonly SoughtEvent[]): CameAnswer {
  const came = sought.map(() => false);
  const rows = sql.exec<{ facts: string }>(
    MAY_NOT_BE_STORED,
    Math.min(...sought.map(({ from }) => from)),
    Math.max(...sought.map(({ until }) => until)),
    JSON.stringify(sought.map(({ type }) => type)),
    JSON.stringify(sought.map(({ assetId }) => assetId ?? "")),
  );
  // One by one: while the database does not answer, an inbox comes to hold very many.
  for (const { facts } of rows) {
    const one = JSON.parse(facts) as CameEvent;
    for (const [at, wanted] of sought.entries()) if (isSought(one, wanted)) came[at] = true;
  }
  return { came, upTo: sql.exec<{ seq: number }>(LAST).one().seq };
}
