// An archive that did not come whole, or is not wanted any more.

/** Forgets what came of an archive. */
export async function dropArchive(db: D1Database, uploadId: string): Promise<void> {
  await db.prepare("DELETE FROM archive_chunks WHERE upload_id = ?1").bind(uploadId).run();
}
