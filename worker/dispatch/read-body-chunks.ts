// A large body, from the rows it was cut into.

/** The whole body of an event whose body is in chunks. */
export function readBodyChunks(sql: SqlStorage, eventSeq: number): Uint8Array<ArrayBuffer> {
  const query = "SELECT bytes FROM body_chunk WHERE event_seq = ? ORDER BY position";
  const chunks = sql.exec<{ bytes: ArrayBuffer }>(query, eventSeq).toArray();
  const body = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.bytes.byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    body.set(new Uint8Array(chunk.bytes), offset);
    offset += chunk.bytes.byteLength;
  }
  return body;
}
