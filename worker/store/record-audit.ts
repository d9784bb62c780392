// One audit row, written by itself. Rows that belong to a change are written in that change's transaction.
import type { AuditRow } from "./flush-batch.ts";
import { insertRows } from "./insert-rows.ts";
import { audit } from "./history-schema.ts";

/** Records who did or was refused what. A row whose id is known changes nothing. */
export async function recordAudit(db: D1Database, row: AuditRow): Promise<void> {
  await insertRows(db, audit, [row], `("id") DO NOTHING`).run();
}
