// Bounds the memory of a WebAssembly module, so that nothing in it can take more, whoever asks: the engine refuses.

const HEADER_BYTES = 8;
const MEMORY_SECTION = 5;
/** One memory, not shared, with a least and a most. */
const ONE_BOUNDED = [1, 1];
const PAGE_BYTES = 64 * 1024;

/** The same module with `maxBytes` as the most of its one memory, which must have one already. */
export function capWasmMemory(wasm: Uint8Array, maxBytes: number): Uint8Array {
  let at = HEADER_BYTES;
  while (at < wasm.length) {
    const id = wasm[at];
    const size = readLeb(wasm, at + 1);
    if (id === MEMORY_SECTION) return withMost(wasm, size.end, maxBytes / PAGE_BYTES);
    at = size.end + size.value;
  }
  throw new Error("Cannot cap memory: found no memory in the module, wanted one");
}

function withMost(wasm: Uint8Array, at: number, pages: number): Uint8Array {
  if (ONE_BOUNDED.some((byte, index) => wasm[at + index] !== byte))
    throw new Error("Cannot cap memory: found several memories or no bound, wanted one with a bound");
  const least = readLeb(wasm, at + ONE_BOUNDED.length);
  const most = readLeb(wasm, least.end);
  if (pages < least.value || pages > most.value)
    throw new Error(`Cannot cap memory: found ${least.value} to ${most.value} pages, wanted ${pages} among them`);
  const capped = wasm.slice();
  // In as many bytes as before, so that nothing moves.
  for (let byte = least.end, rest = pages; byte < most.end; byte += 1, rest >>>= 7)
    capped[byte] = (rest & 0x7f) | (byte === most.end - 1 ? 0 : 0x80);
  return capped;
}

/** A number as WebAssembly writes it, and where it ends. */
function readLeb(wasm: Uint8Array, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let byte = at; ; byte += 1) {
    const seven = wasm[byte] ?? 0;
    value += (seven & 0x7f) * 2 ** (7 * (byte - at));
    if (seven < 0x80) return { value, end: byte + 1 };
  }
}
