// Ends an API key for good, with its audit row.
import { fail, ok, type Result } from "../../schemas/result.ts";

interface Revocation {
  readonly id: string;
  readonly now: number;
  /** As in the audit: `key:<name>`. */
  readonly actor: string;
  readonly newId?: () => string;
}

/** The key holds from the next request on no longer. Revoking a revoked key succeeds and changes nothing. */
export async function revokeApiKey(
  db: D1Database,
  { id, now, actor, newId = () => crypto.randomUUID() }: Revocation,
): Promise<Result<{ readonly name: string }, "unknown_key">> {
  const [, , found] = await db.batch<{ name: string }>([
    // Before the update, while it can still be seen whether anything changes.
    db
      .prepare(
        `INSERT INTO audit (id, actor, action, detail, created_at)
         SELECT ?1, ?2, 'key_revoked', name || ' (' || role || ')', ?3 FROM api_keys WHERE id = ?4 AND revoked_at IS NULL`,
      )
      .bind(newId(), actor, now, id),
    db.prepare("UPDATE api_keys SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL").bind(id, now),
    db.prepare("SELECT name FROM api_keys WHERE id = ?1").bind(id),
  ]);
  const key = found?.results[0];
  return key ? ok({ name: key.name }) : fail("unknown_key");
}
