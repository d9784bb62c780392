// A new API key, with its audit row. Gets the key's hash, never the key.
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { Role } from "../../schemas/principal.ts";

interface NewApiKey {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the key, as lower-case hex. */
  readonly hash: string;
  readonly role: Role;
  /** Null: it does not expire. */
  readonly expiresAt: number | null;
  readonly now: number;
  /** As in the audit: `key:<name>`. */
  readonly actor: string;
  readonly newId?: () => string;
}

/** Stores the key unless a valid one has its name: the audit names keys, and must mean one at a time. */
export async function recordApiKey(
  db: D1Database,
  { id, name, hash, role, expiresAt, now, actor, newId = () => crypto.randomUUID() }: NewApiKey,
): Promise<Result<{ readonly id: string }, "name_taken">> {
  const [inserted] = await db.batch([
    db
      .prepare(
        `INSERT INTO api_keys (id, name, hash, role, created_at, expires_at)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS (
           SELECT 1 FROM api_keys
           WHERE name = ?2 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?5)
         ) RETURNING id`,
      )
      .bind(id, name, hash, role, now, expiresAt),
    db
      .prepare(
        `INSERT INTO audit (id, actor, action, detail, created_at)
         SELECT ?1, ?2, 'key_created', name || ' (' || role || ')', ?3 FROM api_keys WHERE id = ?4`,
      )
      .bind(newId(), actor, now, id),
  ]);
  return inserted?.results.length === 1 ? ok({ id }) : fail("name_taken");
}
