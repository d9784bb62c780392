// What became of dead letters. Does not run the statement, so that several can share one transaction.
import type { SettledRow } from "./flush-batch.ts";

/** Prepares the update. A dead letter that is settled already stays as it is. */
export function settleDeadLetters(db: D1Database, rows: readonly SettledRow[]): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE deliveries SET settled = news.settled, updated_at = news.at
       FROM (SELECT value ->> 0 AS id, value ->> 1 AS settled, value ->> 2 AS at FROM json_each(?1)) AS news
       WHERE deliveries.id = news.id AND deliveries.state = 'dead' AND deliveries.settled IS NULL`,
    )
    .bind(JSON.stringify(rows.map(({ deliveryId, settled, at }) => [deliveryId, settled, at])));
}
