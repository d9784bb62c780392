// What people and deploys changed lately, without what plugins were refused.
import { desc, notInArray, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";

import type { AuditRow } from "./flush-batch.ts";
import { audit } from "./history-schema.ts";

/** What happens by itself, and often. */
const NO_CHANGES = ["refused", "forwarded"] as const;
/** Among so many of the newest rows changes are looked for: refusals can be any number. */
const NEWEST = 2_000;

/** Changes newest first. */
export function listChanges(db: D1Database, first: number): Promise<AuditRow[]> {
  const database = drizzle(db);
  const newest = database.select().from(audit).orderBy(desc(audit.createdAt)).limit(NEWEST).as("newest");
  return database
    .select()
    .from(newest)
    .where(notInArray(newest.action, [...NO_CHANGES]))
    .orderBy(desc(newest.createdAt), sql`newest.id DESC`)
    .limit(first);
}
