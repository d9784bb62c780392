// Lets Python load compiled code where compiling is refused. Pyodide's linker reads a library's file and compiles it;
// here it finds a file that says as much as linking needs, and stands for a module that is compiled already. The linking
// itself is Pyodide's, at the first import.
import type { KnownWasm } from "./known-wasm.ts";
import { toHex } from "./to-hex.ts";

export interface StandIns {
  /** What to write where the libraries were, by path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** What compiling those files gives. */
  readonly known: KnownWasm;
  /** Those of the modules that want memory of their own, for their data. */
  readonly needy: ReadonlySet<WebAssembly.Module>;
}

const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const CUSTOM_SECTION = 0;
/** Where a library says what it needs of memory, and of other libraries. The linker wants it first. */
const DYLINK = "dylink.0";
/** Its first part: this, the part's length, and how many bytes of memory. */
const MEMORY_INFO = 1;

/** The files for these libraries. */
export function makeStandIns(libraries: ReadonlyMap<string, WebAssembly.Module>): StandIns {
  const files = new Map<string, Uint8Array>();
  const known = new Map<string, WebAssembly.Module>();
  const needy = new Set<WebAssembly.Module>();
  for (const [path, module] of libraries) {
    const [dylink] = WebAssembly.Module.customSections(module, DYLINK);
    if (dylink === undefined) throw new Error(`Cannot load "${path}": found no section ${DYLINK}, wanted a library`);
    // The path tells apart what needs the same.
    const [wants, name] = [new Uint8Array(dylink), new TextEncoder().encode(path)];
    const file = Uint8Array.from([...HEADER, ...section(DYLINK, wants), ...section("path", name)]);
    files.set(path, file);
    known.set(toHex(file), module);
    if (wants[0] === MEMORY_INFO && wants[2] !== 0) needy.add(module);
  }
  return { files, known, needy };
}

function section(name: string, content: Uint8Array): number[] {
  const named = [...lebOf(name.length), ...new TextEncoder().encode(name), ...content];
  return [CUSTOM_SECTION, ...lebOf(named.length), ...named];
}

/** A number as WebAssembly writes it. */
function lebOf(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...lebOf(value >>> 7)];
}
