// Who was refused what, and who changed what.
import { desc, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { AuditRow } from "./flush-batch.ts";
import type { Page } from "./page.ts";
import { audit } from "./history-schema.ts";

/** Audit rows newest first, about one plugin or all (null). */
export function listAudit(db: D1Database, pluginName: string | null, page: Page): Promise<AuditRow[]> {
  return drizzle(db)
    .select()
    .from(audit)
    .where(pluginName === null ? undefined : eq(audit.pluginName, pluginName))
    .orderBy(desc(audit.createdAt), desc(audit.id))
    .limit(page.first)
    .offset(page.skip);
}
