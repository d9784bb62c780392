// Whether a version is still there: old ones are pruned.

/** True while the registry has the version. */
export async function isVersionKept(db: D1Database, versionId: string): Promise<boolean> {
  return (await db.prepare("SELECT 1 FROM versions WHERE id = ?1").bind(versionId).first()) !== null;
}
