// A zip of texts. Which texts, and under which names, is the caller's business.
import { TextReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";

/** The same files give the same bytes. */
export async function writeZip(
  files: readonly (readonly [name: string, text: string])[],
): Promise<Uint8Array<ArrayBuffer>> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), {
    useWebWorkers: false,
    lastModDate: new Date(Date.UTC(2000, 0)),
  });
  for (const [name, text] of files) await writer.add(name, new TextReader(text));
  return new Uint8Array(await writer.close());
}
