// Keeps libraries from being linked where there is no memory left for their data. Pyodide's linker takes what the allocator
// refused for memory at the address 0, where the interpreter's own is.

type Construct = new (module: WebAssembly.Module, imports: WebAssembly.Imports) => WebAssembly.Instance;

/** As library/kili_edge/runner.py knows it. */
const NO_ROOM = "found no memory left for its data";

/** From here on, `new WebAssembly.Instance` throws for those of `needy` that were given no memory. */
export function refuseUnplaced(needy: ReadonlySet<WebAssembly.Module>): void {
  const Instance = WebAssembly.Instance as unknown as Construct;
  const replaced = new Proxy(Instance, {
    construct(_, [module, imports]: [WebAssembly.Module, WebAssembly.Imports]) {
      if (needy.has(module) && imports["env"]?.["__memory_base"] === 0) throw new RangeError(NO_ROOM);
      return new Instance(module, imports);
    },
  });
  Object.defineProperty(WebAssembly, "Instance", { value: replaced, configurable: true, writable: true });
}
