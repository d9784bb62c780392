// An upload URL is given out. Whoever holds its secret may send one archive; here only the secret's hash is known.
import { insertRows } from "./insert-rows.ts";
import { uploads } from "./registry-schema.ts";

export type UploadRow = typeof uploads.$inferSelect;

/** Records the URL, and forgets those that nobody used in time together with what was half sent to them. */
export async function createUpload(db: D1Database, upload: Omit<UploadRow, "receivedAt">): Promise<void> {
  await db.batch([
    db.prepare("DELETE FROM uploads WHERE received_at IS NULL AND expires_at <= ?1").bind(upload.createdAt),
    db.prepare("DELETE FROM archive_chunks WHERE upload_id NOT IN (SELECT id FROM uploads)"),
    insertRows(db, uploads, [{ ...upload, receivedAt: null }], `("id") DO NOTHING`),
  ]);
}
