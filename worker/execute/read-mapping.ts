// Reads the mappings of a source map (version 3) step by step, into one object for all: with one for each, those of a
// large bundle take tens of megabytes. Does not know what is wanted of them.

/** Where the reading stands, and what the mapping before it says. Counts from 0, as source maps do. */
export interface MappingReader {
  /** Where in the text it goes on. */
  at: number;
  /** In the code. */
  line: number;
  column: number;
  /** In the author's files; kept while `isPlaced` is false, since what comes counts from it. */
  source: number;
  sourceLine: number;
  sourceColumn: number;
  /** Whether what is at `column` has a place in the author's files. */
  isPlaced: boolean;
}

/** A reader at the beginning. */
export function openMappings(): MappingReader {
  return { at: 0, line: 0, column: 0, source: 0, sourceLine: 0, sourceColumn: 0, isPlaced: false };
}

const COMMA = 44;
const SEMICOLON = 59;
const DIGITS = new Int8Array(128).fill(-1);
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
for (let value = 0; value < BASE64.length; value += 1) DIGITS[BASE64.charCodeAt(value)] = value;
/** Each digit brings five bits; numbers of more than six digits are no positions. */
const MAX_SHIFT = 25;

/** Takes one mapping or one mark between two; false at the end, and where the text is no mappings any more. */
export function readMapping(mappings: string, reader: MappingReader): boolean {
  const code = mappings.charCodeAt(reader.at);
  if (code === COMMA || code === SEMICOLON) {
    reader.at += 1;
    if (code === COMMA) return true;
    reader.line += 1;
    reader.column = 0;
    reader.isPlaced = false;
    return true;
  }
  let field = 0;
  let value = 0;
  let shift = 0;
  for (let digit = digitAt(mappings, reader.at); digit >= 0; digit = digitAt(mappings, reader.at)) {
    reader.at += 1;
    value |= (digit & 31) << shift;
    if (digit >= 32) {
      shift += 5;
      if (shift > MAX_SHIFT) return false;
      continue;
    }
    addTo(reader, field, value & 1 ? -(value >>> 1) : value >>> 1);
    field += 1;
    value = 0;
    shift = 0;
  }
  reader.isPlaced = field >= 4;
  return field > 0 && shift === 0;
}

/** Every number counts from the one of its kind before; the fifth, a name, is not wanted. */
function addTo(reader: MappingReader, field: number, value: number): void {
  if (field === 0) reader.column += value;
  else if (field === 1) reader.source += value;
  else if (field === 2) reader.sourceLine += value;
  else if (field === 3) reader.sourceColumn += value;
}

function digitAt(mappings: string, at: number): number {
  return at < mappings.length ? (DIGITS[mappings.charCodeAt(at)] ?? -1) : -1;
}
