// Reads an answer as text, and stops reading one that is larger than the host cares to hold.

/** The body as text; null once it is larger than `limitBytes`. */
export async function readBounded(response: Response, limitBytes: number): Promise<string | null> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let read = 0;
  for await (const chunk of response.body as ReadableStream<Uint8Array>) {
    read += chunk.byteLength;
    // Leaving the loop cancels the stream.
    if (read > limitBytes) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
