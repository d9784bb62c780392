// Reads an answer as text, and stops reading one that is larger than the host cares to hold.

/** How much may still be read; bodies that are read at once can share one. */
export interface Room {
  bytes: number;
}

/** The body as text; null once there is no room for it. */
export async function readBounded(response: Response, room: Room): Promise<string | null> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body as ReadableStream<Uint8Array>) {
    room.bytes -= chunk.byteLength;
    // Leaving the loop cancels the stream.
    if (room.bytes < 0) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
