// What keeps a library in WebAssembly from being linked within the bounds of a Python plugin. Walks the lengths of its
// sections and what it asks of the linker, which trusts them; its code is the engine's to check.
import { MAX_PYTHON_HEAP_BYTES, MAX_PYTHON_LIBRARY_TABLE, MAX_PYTHON_LINKING_BYTES } from "../limits.ts";
import { WasmReader } from "./wasm-reader.ts";

const HEADER_BYTES = 8;
/** Of sections. */
const [CUSTOM, TABLE, MEMORY] = [0, 4, 5];
const DYLINK = "dylink.0";
/** Of the parts of what the linker reads. */
const [MEMORY_INFO, NEEDED, EXPORTS, IMPORTS, PATHS] = [1, 2, 3, 4, 5];
/** A page, as a power of two. Packages ask for 64 bytes. */
const MAX_ALIGNMENT = 12;

/** What was found in this file, and what is wanted; null if it is well. The file has WebAssembly's first bytes. */
export function findLibraryFault(library: Uint8Array): string | null {
  const file = new WasmReader(library.subarray(HEADER_BYTES));
  for (let index = 0; !file.isAtEnd; index += 1) {
    const id = file.byte();
    const section = file.sized();
    if (file.isTorn) return `section ${index + 1} that is longer than the file, wanted the whole file`;
    if (id === MEMORY) return "a memory of its own, wanted Python's to be used";
    if (id === TABLE) return "a table of its own, wanted Python's to be used";
    const isLinking = id === CUSTOM && section.text() === DYLINK;
    if (isLinking !== (index === 0)) return `${DYLINK} as section ${index + 1}, wanted it once, as the first`;
    const fault = isLinking ? findLinkingFault(section) : null;
    if (fault !== null) return fault;
  }
  return null;
}

/** The same for what the linker reads, behind the section's name. */
function findLinkingFault(section: WasmReader): string | null {
  if (section.left > MAX_PYTHON_LINKING_BYTES)
    return `${section.left} bytes in ${DYLINK}, wanted at most ${MAX_PYTHON_LINKING_BYTES}`;
  for (let index = 0; index === 0 || !section.isAtEnd; index += 1) {
    const type = section.byte();
    const part = section.sized();
    if ((type === MEMORY_INFO) !== (index === 0))
      return `part ${type} as number ${index + 1} of ${DYLINK}, wanted what it needs of memory (${MEMORY_INFO}) once, as the first`;
    const fault = type === MEMORY_INFO ? findMemoryFault(part) : findListFault(type, part);
    if (fault !== null) return fault;
    // The linker reads on where a part's last number ends, whatever its length says.
    if (section.isTorn || part.isTorn || (type <= PATHS && !part.isAtEnd))
      return `part ${type} of ${DYLINK} with a wrong length, wanted it to hold what it counts`;
  }
  return null;
}

function findMemoryFault(part: WasmReader): string | null {
  const [bytes, alignment, table] = [part.unsigned(), part.unsigned(), part.unsigned()];
  part.unsigned();
  if (bytes > MAX_PYTHON_HEAP_BYTES) return `${bytes} bytes of data, wanted at most ${MAX_PYTHON_HEAP_BYTES}`;
  if (alignment > MAX_ALIGNMENT) return `data aligned to 2^${alignment} bytes, wanted at most 2^${MAX_ALIGNMENT}`;
  return table > MAX_PYTHON_LIBRARY_TABLE
    ? `${table} places in the table of functions, wanted at most ${MAX_PYTHON_LIBRARY_TABLE}`
    : null;
}

function findListFault(type: number, part: WasmReader): string | null {
  if (type > PATHS) return null;
  for (let count = part.unsigned(); count > 0 && !part.isTorn; count -= 1) {
    const name = part.text();
    if (type === NEEDED && !part.isTorn && !/\.so(?:\.\d+)*$/.test(name))
      return `the need of ${JSON.stringify(name.slice(0, 100))}, wanted libraries, whose names end in ".so"`;
    if (type === IMPORTS) part.text();
    if (type === EXPORTS || type === IMPORTS) part.unsigned();
  }
  return null;
}
