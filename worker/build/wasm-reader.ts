// Reads numbers and texts out of WebAssembly's files, never past their end. Knows nothing of what they mean.

/** A number takes five bytes at most. */
const MAX_NUMBER_BYTES = 5;

/** Reads from its bytes' start on. Behind their end it finds nothing, and is torn from then on. */
export class WasmReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #isTorn = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether something was asked for that is not there. */
  get isTorn(): boolean {
    return this.#isTorn;
  }

  get isAtEnd(): boolean {
    return this.left === 0;
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    return this.#take(1)[0] ?? 0;
  }

  unsigned(): number {
    let value = 0;
    for (let index = 0; index < MAX_NUMBER_BYTES; index += 1) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) return value;
    }
    this.#isTorn = true;
    return 0;
  }

  text(): string {
    return new TextDecoder().decode(this.#take(this.unsigned()));
  }

  /** What is inside of a length that stands before it. */
  sized(): WasmReader {
    return new WasmReader(this.#take(this.unsigned()));
  }

  #take(count: number): Uint8Array {
    if (count > this.left) {
      this.#isTorn = true;
      this.#at = this.#bytes.length;
      return new Uint8Array();
    }
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }
}
