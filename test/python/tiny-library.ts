// A library of compiled code as packages have them, small enough to be written by hand: the module `tiny`, whose making
// is one function, and a library that it may need.

/** What making the module does, besides making it. */
export type Doing = "nothing" | "trap" | "allocate" | "grow";

const [I32, FUNC] = [0x7f, 0x60];
const op = {
  ...{ unreachable: [0x00], loop: [0x03, 0x40], brIf: [0x0d, 0], end: [0x0b], call: (at: number) => [0x10, at] },
  ...{ get: (at: number) => [0x20, at], set: (at: number) => [0x21, at], globalGet: [0x23, 0], add: [0x6a] },
  ...{ if: [0x04, 0x40], grow: [0x40, 0], notEqual: [0x47], return: [0x0f], drop: [0x1a] },
  ...{ store: [0x36, 2, 0], int: (value: number) => [0x41, ...signed(value)] },
};

// A PyModuleDef, of which the name and the size are said, and behind it the texts.
const [NAME_AT, SIZE_AT, NAME, ANSWER] = [20, 28, 64, 72];
const DATA = [...zeros(NAME), ...text("tiny\0"), 0, 0, 0, ...text("ANSWER\0")];
const API_VERSION = 1013;

/** Where the module looks for the library that it needs, from where it is itself. */
const NEEDED_IN = "$ORIGIN/tiny.libs";
const ANSWERING = "tiny_answer";

interface Tiny {
  readonly doing?: Doing;
  /** The name of another library's file, which it asks for the value. */
  readonly needs?: string | null;
  /** Memory that it wants for its data. */
  readonly dataBytes?: number;
}

/** The file of a library that CPython loads as the module `tiny`, with the constant `ANSWER`. */
export function tinyLibrary(tiny: Tiny = {}): Uint8Array<ArrayBuffer> {
  const { doing = "nothing", needs = null, dataBytes = DATA.length } = tiny;
  const at = (offset: number): number[] => [...op.globalGet, ...op.int(offset), ...op.add];
  const done: Readonly<Record<Doing, number[]>> = {
    nothing: [],
    trap: op.unreachable,
    // Until there is no more, which is when an extension raises MemoryError.
    allocate: [...op.loop, ...op.int(1_000_000), ...op.call(2), ...op.brIf, ...op.end, ...op.call(3), ...op.return],
    // By itself, without asking the allocator. It traps if it gets what it wants.
    grow: [
      ...[...op.int(16_384), ...op.grow, ...op.int(-1), ...op.notEqual, ...op.if, ...op.unreachable, ...op.end],
      ...[...op.call(3), ...op.return],
    ],
  };
  const body = [
    ...[...at(NAME_AT), ...at(NAME), ...op.store, ...at(SIZE_AT), ...op.int(-1), ...op.store],
    ...done[doing],
    ...[...op.globalGet, ...op.int(API_VERSION), ...op.call(0), ...op.set(0)],
    ...[
      ...op.get(0),
      ...at(ANSWER),
      ...(needs === null ? op.int(42) : op.call(4)),
      ...op.call(1),
      ...op.drop,
      ...op.get(0),
      ...op.end,
    ],
  ];
  const imported = (name: string, type: number): number[] => [...named("env"), ...named(name), 0x00, type];
  return Uint8Array.from([
    ...[0, ...text("asm"), 1, 0, 0, 0],
    ...section(0, [
      ...[...named("dylink.0"), 1, ...sized([...unsigned(dataBytes), 4, 0, 0])],
      ...(needs === null ? [] : [2, ...sized(list([named(needs)])), 5, ...sized(list([named(NEEDED_IN)]))]),
    ]),
    ...section(1, list([type(2), type(3), type(1), type(0)])),
    ...section(2, [
      ...list([
        ...[imported("PyModule_Create2", 0), imported("PyModule_AddIntConstant", 1)],
        ...[imported("PyMem_RawMalloc", 2), imported("PyErr_NoMemory", 3)],
        ...(needs === null ? [] : [imported(ANSWERING, 3)]),
        [...named("env"), ...named("memory"), 0x02, 0, 1],
        [...named("env"), ...named("__memory_base"), 0x03, I32, 0],
      ]),
    ]),
    ...section(3, list([[3]])),
    ...section(7, list([[...named("PyInit_tiny"), 0x00, needs === null ? 4 : 5]])),
    ...section(10, list([sized([1, 1, I32, ...body])])),
    ...section(11, list([[0, ...op.globalGet, ...op.end, ...sized(DATA)]])),
  ]);
}

/** The file of the library that the module may need. */
export function answeringLibrary(answer: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    ...[0, ...text("asm"), 1, 0, 0, 0],
    ...section(0, [...named("dylink.0"), 1, ...sized([0, 0, 0, 0])]),
    ...section(1, list([type(0)])),
    ...section(3, list([[0]])),
    ...section(7, list([[...named(ANSWERING), 0x00, 0]])),
    ...section(10, list([sized([0, ...op.int(answer), ...op.end])])),
  ]);
}

/** A function of so many numbers to one. */
function type(count: number): number[] {
  return [FUNC, ...sized(zeros(count).fill(I32)), 1, I32];
}

function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0);
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...sized(content)];
}

function sized(content: readonly number[]): number[] {
  return [...unsigned(content.length), ...content];
}

function list(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function named(name: string): number[] {
  return sized(text(name));
}

function text(ascii: string): number[] {
  return [...new TextEncoder().encode(ascii)];
}

function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  const isLast = value >= -64 && value < 64;
  return isLast ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}
