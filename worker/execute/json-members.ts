// Walks the members of a JSON object's outermost level in its bytes, without parsing what is in them: bodies may be
// tens of megabytes. Takes bytes that JSON.parse has accepted as an object, and checks nothing.

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const SPACE = 0x20;

export interface JsonMember {
  readonly name: string;
  /** The first character of its value, which tells text, objects, lists, numbers and null apart. */
  readonly opening: string;
}

/** The members in their order. Leaving the loop early leaves the rest of the bytes unread. */
export function* jsonMembers(json: Uint8Array): Generator<JsonMember> {
  let depth = 0;
  let name = "";
  for (let at = 0; at < json.byteLength; at += 1) {
    const byte = json[at];
    if (byte === QUOTE) {
      const end = endOfText(json, at);
      // Names at this level may be written with escapes; text deeper down is passed over.
      if (depth === 1) name = new TextDecoder().decode(json.subarray(at, end));
      at = end - 1;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth += 1;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) depth -= 1;
    else if (byte === COLON && depth === 1) {
      yield { name: JSON.parse(name) as string, opening: firstCharacter(json, at + 1) };
    }
  }
}

/** Just past the quote that closes the text opened at `start`. */
function endOfText(json: Uint8Array, start: number): number {
  for (let from = start + 1; ;) {
    const quote = json.indexOf(QUOTE, from);
    if (quote === -1) return json.byteLength;
    let backslashes = 0;
    while (json[quote - 1 - backslashes] === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
    from = quote + 1;
  }
}

function firstCharacter(json: Uint8Array, from: number): string {
  let at = from;
  while ((json[at] ?? SPACE + 1) <= SPACE) at += 1;
  return String.fromCharCode(json[at] ?? SPACE);
}
