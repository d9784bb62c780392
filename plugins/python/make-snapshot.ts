// Boots Python once with all that plugins are likely to import, and keeps its memory. Runs at build time, in Node made
// to look like an isolate; uses Web APIs only.
import { bootPython, type BootOptions } from "./boot-python.ts";
import { noteCompiledWasm } from "./known-wasm.ts";
import { packMemory } from "./memory-image.ts";

export interface SnapshotInput extends Pick<BootOptions, "createModule" | "wasm" | "stdlib"> {
  /** The Python files of the folder `library`, by their path in it. */
  readonly library: Readonly<Record<string, string>>;
}

export interface Snapshot {
  readonly image: Uint8Array<ArrayBuffer>;
  /** The modules that booting compiles, in hex. */
  readonly wasm: readonly string[];
}

const LIBRARY = "/lib/kili-edge";

/** The memory of an interpreter that has imported the library. */
export async function makeSnapshot({ library, ...files }: SnapshotInput): Promise<Snapshot> {
  const wasm = noteCompiledWasm();
  const options: BootOptions = {
    ...files,
    image: null,
    onSteps: () => 0,
    maxHeapBytes: Infinity,
    onLine: (text) => console.error(text),
  };
  const { module, api, runPython } = await bootPython(options);
  for (const [path, text] of Object.entries(library)) {
    module.FS.mkdirTree(`${LIBRARY}/${path}`.replace(/\/[^/]*$/, ""));
    module.FS.writeFile(`${LIBRARY}/${path}`, text);
  }
  runPython(`import sys; sys.path.insert(0, ${JSON.stringify(LIBRARY)}); import kili_edge.prepare`);
  const taken = api.makeSnapshot?.();
  if (taken === undefined) throw new Error("Cannot make snapshot: Pyodide's module makes none");
  // Pyodide's own form: words, the second of which says where the heap begins.
  const heapAt = new Uint32Array(taken.buffer, taken.byteOffset, 2)[1] ?? 0;
  const state = taken.slice(0, heapAt);
  const heap = taken.subarray(heapAt);
  return { image: packMemory(heap, await freshHeap(options, heap.length, state), state), wasm };
}

/** The heap as it is when an image gets written into it. */
async function freshHeap(options: BootOptions, heapBytes: number, state: Uint8Array): Promise<Uint8Array> {
  let fresh: Uint8Array = new Uint8Array();
  const stop = new Error("seen");
  const image = {
    heapBytes,
    state,
    writeTo(heap: Uint8Array): never {
      fresh = heap.slice();
      throw stop;
    },
  };
  await bootPython({ ...options, image }).catch((error: unknown) => {
    if (error !== stop) throw error;
  });
  return fresh;
}
