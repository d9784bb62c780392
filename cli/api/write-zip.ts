// A zip of files. Which files, and under which names, is the caller's business.
import { TextReader, Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";

/** The same files give the same bytes. */
export async function writeZip(
  files: readonly (readonly [name: string, content: string | Uint8Array])[],
): Promise<Uint8Array<ArrayBuffer>> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), {
    useWebWorkers: false,
    lastModDate: new Date(Date.UTC(2000, 0)),
  });
  for (const [name, content] of files)
    await writer.add(name, typeof content === "string" ? new TextReader(content) : new Uint8ArrayReader(content));
  return new Uint8Array(await writer.close());
}
