// Collects a stream that may not be longer than was said. Knows nothing of what the bytes are.

export interface BoundedSink {
  readonly stream: WritableStream<Uint8Array>;
  /** What came. Call once the stream is closed. */
  readonly bytes: () => Uint8Array<ArrayBuffer>;
}

/** A sink for at most `limitBytes`; the write that goes over it fails, before any of it is kept. */
export function boundedSink(limitBytes: number): BoundedSink {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const stream = new WritableStream<Uint8Array>({
    write(chunk) {
      length += chunk.byteLength;
      if (length > limitBytes) throw new Error(`more than the ${limitBytes} bytes that were declared`);
      chunks.push(chunk);
    },
  });
  return {
    stream,
    bytes() {
      const whole = new Uint8Array(length);
      let at = 0;
      for (const chunk of chunks) {
        whole.set(chunk, at);
        at += chunk.byteLength;
      }
      return whole;
    },
  };
}
