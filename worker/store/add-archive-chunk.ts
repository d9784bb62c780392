// An archive on its way into the database, a row at a time, so that nobody ever holds all of it.

/** One piece of an archive. False if that piece is there already: somebody else is sending to the same URL. */
export async function addArchiveChunk(
  db: D1Database,
  chunk: { readonly uploadId: string; readonly position: number; readonly content: Uint8Array<ArrayBuffer> },
): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `INSERT INTO archive_chunks (upload_id, position, content) VALUES (?1, ?2, ?3)
       ON CONFLICT (upload_id, position) DO NOTHING`,
    )
    .bind(chunk.uploadId, chunk.position, chunk.content)
    .run();
  return meta.changes > 0;
}
