// Cuts text into pieces that fit a row. Joining the pieces gives the text back.

/** Pieces of at most `maxBytes` of UTF-8 each, at least one; never cuts a character in two. */
export function splitText(text: string, maxBytes: number): string[] {
  const bytes = new TextEncoder().encode(text);
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const pieces: string[] = [];
  let from = 0;
  do {
    let to = Math.min(from + maxBytes, bytes.byteLength);
    while (to < bytes.byteLength && isContinuation(bytes[to])) to--;
    pieces.push(decoder.decode(bytes.subarray(from, to)));
    from = to;
  } while (from < bytes.byteLength);
  return pieces;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0b1100_0000) === 0b1000_0000;
}
