// When an API key was last used, to the nearest few minutes.

/** Notes a use at `now`, unless one since `notedSince` is noted already. */
export async function recordApiKeyUse(
  db: D1Database,
  { id, now, notedSince }: { readonly id: string; readonly now: number; readonly notedSince: number },
): Promise<void> {
  await db
    .prepare("UPDATE api_keys SET last_used_at = ?2 WHERE id = ?1 AND (last_used_at IS NULL OR last_used_at < ?3)")
    .bind(id, now, notedSince)
    .run();
}
