// Whether an event has come to an inbox since it was asked for it. Reads no payload.
import { FILLED_IN, type UnlessCame } from "../../schemas/sought-event.ts";
import { MAX_CAME_SINCE } from "../limits.ts";

// Events are found by their number alone: there is no index on what they are about, and few have come since.
const CAME_SINCE = `
SELECT id FROM event
WHERE seq > max(?1, (SELECT coalesce(MAX(seq), 0) FROM event) - ?2) AND type = ?3 AND asset_id IS ?4 AND label_id IS ?5
AND received_at BETWEEN ?6 AND ?7 AND coalesce(substr(kili_run_id, 1, ${FILLED_IN.length}), '') <> ?8
LIMIT 1`;

/** Its id; null when it has not. Needs the journal's tables to be there. */
export function cameSince(sql: SqlStorage, { after, sought }: UnlessCame): string | null {
  const { type, assetId, labelId, from, until } = sought;
  const values = [after, MAX_CAME_SINCE, type, assetId, labelId, from, until, FILLED_IN];
  const [row] = sql.exec<{ id: string }>(CAME_SINCE, ...values).toArray();
  return row?.id ?? null;
}
