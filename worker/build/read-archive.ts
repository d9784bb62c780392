// An uploaded zip to the files in it. The archive is hostile until shown otherwise: everything is bounded before it is
// inflated, and what two readers could read differently is refused. Knows nothing of plugins.
import { Uint8ArrayReader, ZipReader, type Entry } from "@zip.js/zip.js";
import { fail, ok, type Result } from "../../schemas/result.ts";
import {
  ARCHIVE_RATIO_FREE_BYTES,
  MAX_ARCHIVE_ENTRIES,
  MAX_ARCHIVE_FILE_BYTES,
  MAX_ARCHIVE_INFLATED_BYTES,
  MAX_ARCHIVE_RATIO,
} from "../limits.ts";
import type { ArchiveFailure } from "./archive-failure.ts";
import { boundedSink } from "./bounded-sink.ts";
import { EntryNames } from "./entry-names.ts";
import { whyBadEntryName } from "./why-bad-entry-name.ts";

/** Files by their path inside the archive. */
export type ArchiveFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

const READING = {
  // Refuses local headers that disagree with the directory, bytes before or after the archive, and duplicates.
  strictness: "strict",
  filenameValidation: "tolerant",
  // Without it, what happens to be UTF-8 is read as such, whatever the archive says.
  filenameEncoding: "cp437",
  useWebWorkers: false,
} as const;

/** Reads every file of `archive`, or none. Never throws for what is in it. */
export async function readArchive(archive: Uint8Array<ArrayBuffer>): Promise<Result<ArchiveFiles, ArchiveFailure>> {
  const reader = new ZipReader(new Uint8ArrayReader(archive), READING);
  const entries: Entry[] = [];
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      if (entries.push(entry) > MAX_ARCHIVE_ENTRIES)
        return fail({ reason: "too_many_entries", limit: MAX_ARCHIVE_ENTRIES });
    }
  } catch (error) {
    return fail({ reason: "not_a_zip", detail: wordsOf(error) });
  }
  const refusal = refuse(entries);
  if (refusal !== null) return fail(refusal);

  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const entry of entries) {
    if (entry.directory) continue;
    // What the directory declares is checked against what comes out: the sink takes no byte more.
    const sink = boundedSink(entry.uncompressedSize);
    try {
      await entry.getData(sink.stream, { ...READING, checkOverlappingEntry: true, checkCrc32: true });
    } catch (error) {
      return fail({ reason: "bad_entry", name: entry.filename, detail: wordsOf(error) });
    }
    files.set(entry.filename, sink.bytes());
  }
  return ok(files);
}

function refuse(entries: readonly Entry[]): ArchiveFailure | null {
  const names = new EntryNames();
  let total = 0;
  for (const entry of entries) {
    const { uncompressedSize: size, compressedSize: packed } = entry;
    const name = plainName(entry);
    if (name === null)
      return {
        reason: "bad_name",
        name: entry.filename,
        why: "found its bytes in no known encoding or with a second spelling, wanted UTF-8, flagged as such",
      };
    const why = whyBadEntryName(name);
    if (why !== null) return { reason: "bad_name", name, why };
    if (entry.encrypted) return { reason: "encrypted", name };
    if (!isFileOrFolder(entry)) return { reason: "not_a_file", name };
    if (entry.directory !== name.endsWith("/") || (entry.directory && size > 0)) return { reason: "not_a_file", name };
    const { compressionMethod: method } = entry;
    if (method !== STORED && method !== DEFLATED) return { reason: "bad_method", name, method };
    const by = names.add(name, entry.directory);
    if (by !== null) return { reason: "name_taken", name, by };
    if (size > MAX_ARCHIVE_FILE_BYTES) return { reason: "entry_too_large", name, limitBytes: MAX_ARCHIVE_FILE_BYTES };
    if (size > ARCHIVE_RATIO_FREE_BYTES && size > packed * MAX_ARCHIVE_RATIO)
      return { reason: "bad_ratio", name, ratio: Math.round(size / Math.max(packed, 1)), limit: MAX_ARCHIVE_RATIO };
    total += size;
    if (total > MAX_ARCHIVE_INFLATED_BYTES) return { reason: "too_large", limitBytes: MAX_ARCHIVE_INFLATED_BYTES };
  }
  return null;
}

const STORED = 0;
const DEFLATED = 8;

/** The name, if its bytes spell it in UTF-8, the archive says that they do, and no second name stands beside it. */
function plainName({ rawFilename, filename }: Entry): string | null {
  try {
    const name = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(rawFilename);
    return name === filename ? name : null;
  } catch {
    return null;
  }
}

/** By the Unix mode that most archivers keep; none of it means a plain file. */
function isFileOrFolder({ externalFileAttributes, symlink }: Entry): boolean {
  const type = (externalFileAttributes >>> 28) & 0xf;
  return !symlink && (type === 0 || type === 0x8 || type === 0x4);
}

function wordsOf(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return words.slice(0, 200).toLowerCase();
}
