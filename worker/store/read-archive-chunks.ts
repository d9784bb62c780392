// An archive on its way out of the database, a row at a time, so that nobody ever holds all of it.

/** The archive's bytes; empty if there are none. */
export function readArchiveChunks(db: D1Database, uploadId: string): ReadableStream<Uint8Array<ArrayBuffer>> {
  let position = 0;
  return new ReadableStream({
    async pull(controller) {
      const content = await db
        .prepare("SELECT content FROM archive_chunks WHERE upload_id = ?1 AND position = ?2")
        .bind(uploadId, position)
        .first<ArrayBuffer | number[]>("content");
      position += 1;
      // D1 gives blobs as plain arrays.
      if (content === null) controller.close();
      else controller.enqueue(new Uint8Array(content));
    },
  });
}
