// Lets code that compiles WebAssembly run where compiling is refused: what it compiles is known beforehand, byte by
// byte. Pyodide makes a small module for each signature of a JavaScript function that Python is to call.
import { toHex } from "./to-hex.ts";

/** Small modules by their bytes in hex. */
export type KnownWasm = ReadonlyMap<string, WebAssembly.Module>;

/** The linker hands over what it read of a file as signed bytes. */
type ModuleConstructor = new (bytes: Uint8Array | Int8Array) => WebAssembly.Module;

/** From here on, `new WebAssembly.Module` gives one of `known`. */
export function useKnownWasm(known: KnownWasm): void {
  replaceCompiler((bytes) => {
    const module = known.get(toHex(bytes));
    if (module === undefined)
      throw new WebAssembly.CompileError(
        `Cannot compile WebAssembly: found ${bytes.length} bytes that npm run build did not see, wanted one of the ${known.size} modules it saw`,
      );
    return module;
  });
}

/** From here on, what `new WebAssembly.Module` compiles is noted; the answer is a list that grows, in hex. */
export function noteCompiledWasm(): readonly string[] {
  const noted = new Set<string>();
  const list: string[] = [];
  const Compiled = WebAssembly.Module as unknown as ModuleConstructor;
  replaceCompiler((bytes) => {
    const hex = toHex(bytes);
    if (!noted.has(hex)) list.push(hex);
    noted.add(hex);
    return new Compiled(bytes);
  });
  return list;
}

function replaceCompiler(compile: (bytes: Uint8Array | Int8Array) => WebAssembly.Module): void {
  // A proxy, so that `instanceof` and the static methods stay what they are.
  const replaced = new Proxy(WebAssembly.Module as unknown as ModuleConstructor, {
    construct: (_, [bytes]: [Uint8Array | Int8Array]) => compile(bytes),
  });
  Object.defineProperty(WebAssembly, "Module", { value: replaced, configurable: true, writable: true });
}
