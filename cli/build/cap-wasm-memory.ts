// Bounds the memory of a WebAssembly module, so that nothing in it can take more, whoever asks: the engine refuses.
import { WasmReader } from "../../worker/build/wasm-reader.ts";

const HEADER_BYTES = 8;
const MEMORY_SECTION = 5;
const PAGE_BYTES = 64 * 1024;

/** The same module with `maxBytes` as the most of its one memory, which must have one already. */
export function capWasmMemory(wasm: Uint8Array, maxBytes: number): Uint8Array {
  const file = new WasmReader(wasm.subarray(HEADER_BYTES));
  while (!file.isAtEnd) {
    const id = file.byte();
    const section = file.sized();
    if (id === MEMORY_SECTION) return withMost(wasm, section, file.left, maxBytes / PAGE_BYTES);
  }
  throw new Error("Cannot cap memory: found no memory in the module, wanted one");
}

/** `behind` is how many bytes of the module come after the section. */
function withMost(wasm: Uint8Array, section: WasmReader, behind: number, pages: number): Uint8Array {
  // One memory, not shared, with a least and a most.
  if (section.unsigned() !== 1 || section.byte() !== 1)
    throw new Error("Cannot cap memory: found several memories or no bound, wanted one with a bound");
  const least = section.unsigned();
  const at = wasm.length - behind - section.left;
  const most = section.unsigned();
  const end = wasm.length - behind - section.left;
  if (pages < least || pages > most)
    throw new Error(`Cannot cap memory: found ${least} to ${most} pages, wanted ${pages} among them`);
  const capped = new Uint8Array(wasm);
  // In as many bytes as before, so that nothing moves.
  for (let byte = at, rest = pages; byte < end; byte += 1, rest >>>= 7)
    capped[byte] = (rest & 0x7f) | (byte === end - 1 ? 0 : 0x80);
  return capped;
}
