// Whether a body is the archive that is stored already, row by row, without holding either of them whole.
import { MAX_ROW_BYTES } from "../limits.ts";
import { cutStream } from "./cut-stream.ts";

/** The length in bytes when `body` is what `stored` gives; null when it is not. */
export async function isSameArchive(
  body: ReadableStream<Uint8Array>,
  stored: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<number | null> {
  const pieces = cutStream(body, MAX_ROW_BYTES);
  const rows = stored.getReader();
  for (let bytes = 0; ;) {
    const piece = await pieces.next();
    const row = await rows.read();
    if (!piece.ok) return null;
    if (piece.value === null) return row.done ? bytes : null;
    if (row.done || row.value.byteLength !== piece.value.byteLength) return null;
    if (!crypto.subtle.timingSafeEqual(row.value, piece.value)) return null;
    bytes += row.value.byteLength;
  }
}
