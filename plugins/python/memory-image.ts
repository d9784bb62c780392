// The memory of a booted interpreter as a file: only the pages that a fresh one does not have anyway. Half of the heap
// is zeros, and a static asset may not be larger than 25 MiB.

const PAGE_BYTES = 4096;
const MAGIC = 0x4b45_5059;
const HEADER_WORDS = 4;

/** An image opened for reading. */
export interface MemoryImage {
  /** How large the heap must be. */
  readonly heapBytes: number;
  /** What Pyodide's loader says about the heap, in its own form. */
  readonly state: Uint8Array;
  /** Brings a fresh heap of `heapBytes` to what it was. */
  readonly writeTo: (heap: Uint8Array) => void;
}

/** Packs `heap` for interpreters whose fresh memory is `fresh`. */
export function packMemory(heap: Uint8Array, fresh: Uint8Array, state: Uint8Array): Uint8Array<ArrayBuffer> {
  const runs: { at: number; pages: number }[] = [];
  for (let at = 0; at < heap.length; at += PAGE_BYTES) {
    if (isSamePage(heap, fresh, at)) continue;
    const last = runs.at(-1);
    if (last !== undefined && last.at + last.pages * PAGE_BYTES === at) last.pages += 1;
    else runs.push({ at, pages: 1 });
  }
  const stateAt = 4 * (HEADER_WORDS + 2 * runs.length);
  const pagesAt = Math.ceil((stateAt + state.length) / 16) * 16;
  const packed = new Uint8Array(pagesAt + runs.reduce((sum, { pages }) => sum + pages * PAGE_BYTES, 0));
  const words = new Uint32Array(packed.buffer, 0, stateAt / 4);
  words.set([MAGIC, heap.length, state.length, runs.length, ...runs.flatMap(({ at, pages }) => [at, pages])]);
  packed.set(state, stateAt);
  let to = pagesAt;
  for (const { at, pages } of runs) {
    packed.set(heap.subarray(at, at + pages * PAGE_BYTES), to);
    to += pages * PAGE_BYTES;
  }
  return packed;
}

/** Opens what `packMemory` made. Copies nothing. */
export function openMemory(packed: ArrayBuffer): MemoryImage {
  const [magic, heapBytes = 0, stateBytes = 0, runCount = 0] = new Uint32Array(packed, 0, HEADER_WORDS);
  if (magic !== MAGIC) throw new Error("Cannot open memory image: found another kind of file");
  const runs = new Uint32Array(packed, 4 * HEADER_WORDS, 2 * runCount);
  const stateAt = 4 * (HEADER_WORDS + 2 * runCount);
  return {
    heapBytes,
    state: new Uint8Array(packed, stateAt, stateBytes),
    writeTo(heap) {
      let from = Math.ceil((stateAt + stateBytes) / 16) * 16;
      for (let i = 0; i < runs.length; i += 2) {
        const bytes = (runs[i + 1] ?? 0) * PAGE_BYTES;
        heap.set(new Uint8Array(packed, from, bytes), runs[i] ?? 0);
        from += bytes;
      }
    },
  };
}

/** A fresh heap may be smaller: what it does not have is zeros. */
function isSamePage(heap: Uint8Array, fresh: Uint8Array, at: number): boolean {
  for (let i = at; i < at + PAGE_BYTES; i += 1) if (heap[i] !== (fresh[i] ?? 0)) return false;
  return true;
}
