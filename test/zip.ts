// Zips for tests, well-formed ones. What is wrong with a hostile one is its own test's business.
import { TextReader, Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";

export type ZipFiles = Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>;

/** A zip of these files, by path. */
export async function zip(files: ZipFiles, level = 6): Promise<Uint8Array<ArrayBuffer>> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false, level, extendedTimestamp: false });
  for (const [name, content] of Object.entries(files)) {
    await writer.add(name, typeof content === "string" ? new TextReader(content) : new Uint8ArrayReader(content));
  }
  return new Uint8Array(await writer.close());
}
