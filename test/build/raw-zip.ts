// Zips byte by byte, for archives that no library would write: every field of every header can be a lie.
import { crc32, deflateRawSync } from "node:zlib";

export interface RawEntry {
  readonly name: string | Uint8Array;
  readonly content?: string | Uint8Array;
  readonly deflated?: boolean;
  /** 0 is none, 1 encrypted, 0x800 a name in UTF-8. */
  readonly flags?: number;
  readonly method?: number;
  /** What the directory says, where it differs from the truth. */
  readonly declaredSize?: number;
  readonly declaredPacked?: number;
  readonly declaredCrc?: number;
  readonly externalAttributes?: number;
  /** What the entry's own header is called, where it differs. */
  readonly localName?: string;
  /** The directory points at this entry's data instead of its own. */
  readonly at?: number;
  readonly extra?: Uint8Array;
}

/** The archive; `before` and `after` stand around it. */
export function rawZip(entries: readonly RawEntry[], { before = "", after = "" } = {}): Uint8Array<ArrayBuffer> {
  const parts: Buffer[] = [Buffer.from(before)];
  let length = parts[0]?.length ?? 0;
  const offsets: number[] = [];
  const packed = entries.map((entry) => {
    const content = Buffer.from(entry.content ?? "");
    return { content, data: entry.deflated ? deflateRawSync(content, { level: 9 }) : content };
  });
  const fields = entries.map((entry, index) => {
    const { content, data } = packed[index] ?? { content: Buffer.of(), data: Buffer.of() };
    const header = Buffer.alloc(26);
    header.writeUInt16LE(20, 0);
    header.writeUInt16LE(entry.flags ?? 0x800, 2);
    header.writeUInt16LE(entry.method ?? (entry.deflated ? 8 : 0), 4);
    header.writeUInt32LE(0x5a21_0000, 6);
    header.writeUInt32LE(entry.declaredCrc ?? crc32(content), 10);
    header.writeUInt32LE(entry.declaredPacked ?? data.length, 14);
    header.writeUInt32LE(entry.declaredSize ?? content.length, 18);
    return header;
  });
  const push = (...buffers: Buffer[]): void => {
    for (const buffer of buffers) {
      parts.push(buffer);
      length += buffer.length;
    }
  };
  entries.forEach((entry, index) => {
    offsets.push(length);
    const name = Buffer.from(entry.localName ?? entry.name);
    const header = Buffer.from(fields[index] ?? Buffer.of());
    header.writeUInt16LE(name.length, 22);
    push(signature(0x0403_4b50), header, name, packed[index]?.data ?? Buffer.of());
  });
  const directoryAt = length;
  entries.forEach((entry, index) => {
    const name = Buffer.from(entry.name);
    const extra = Buffer.from(entry.extra ?? []);
    const header = Buffer.from(fields[index] ?? Buffer.of());
    header.writeUInt16LE(name.length, 22);
    header.writeUInt16LE(extra.length, 24);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(entry.externalAttributes ?? 0, 6);
    rest.writeUInt32LE(offsets[entry.at ?? index] ?? 0, 10);
    const madeByUnix = Buffer.of(20, 3);
    push(signature(0x0201_4b50), madeByUnix, header, rest, name, extra);
  });
  const directoryBytes = length - directoryAt;
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(directoryBytes, 8);
  end.writeUInt32LE(directoryAt, 12);
  push(signature(0x0605_4b50), end, Buffer.from(after));
  return new Uint8Array(Buffer.concat(parts));
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
