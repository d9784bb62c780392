// A stream of bytes in pieces of a known size, whatever sizes it came in.
import { fail, ok, type Result } from "../../schemas/result.ts";

export interface StreamPieces {
  /** The next piece, null after the last, or a failure if the stream broke off. Pieces are full but for the last. */
  readonly next: () => Promise<Result<Uint8Array<ArrayBuffer> | null, "broken_off">>;
}

/** Reads `stream` in pieces of `bytes`. Holds no more than one of them. */
export function cutStream(stream: ReadableStream<Uint8Array>, bytes: number): StreamPieces {
  const reader = stream.getReader();
  let rest = new Uint8Array(0);
  return {
    async next() {
      const piece = new Uint8Array(bytes);
      let length = 0;
      try {
        while (length < bytes) {
          if (rest.byteLength === 0) {
            const { done, value } = await reader.read();
            if (done) break;
            rest = new Uint8Array(value);
          }
          const taken = rest.subarray(0, bytes - length);
          piece.set(taken, length);
          length += taken.byteLength;
          rest = rest.subarray(taken.byteLength);
        }
      } catch {
        return fail("broken_off");
      }
      return ok(length === 0 ? null : piece.slice(0, length));
    },
  };
}
