// Boots CPython from Pyodide's module: our own loader, for a place that has no browser, no network, and no right to
// compile WebAssembly or evaluate code. Knows nothing of plugins.
import type { MemoryImage } from "./memory-image.ts";
import type { CreatePyodideModule, PyodideApi, PyodideModule } from "./pyodide-module.ts";

export interface BootOptions {
  readonly createModule: CreatePyodideModule;
  readonly wasm: WebAssembly.Module;
  /** python_stdlib.zip. */
  readonly stdlib: Uint8Array;
  /** The memory to start from; null to start as Python does, which takes long. */
  readonly image: MemoryImage | null;
  /** Called by the interpreter every few steps. The number of a signal to raise, or 0; what it throws ends the interpreter. */
  readonly onSteps: () => number;
  /** Python gets a MemoryError for what would take its heap over this. */
  readonly maxHeapBytes: number;
  /** Lines that Python writes past its own streams, such as the last words of a crash. */
  readonly onLine: (text: string) => void;
}

export interface Python {
  readonly module: PyodideModule;
  readonly api: PyodideApi;
  readonly runPython: (code: string) => unknown;
}

const HOME = "/home/plugin";
/** Pyodide compares it with the one in a snapshot. Ours are bound to their build by the host's hashes. */
const BUILD_ID = "0".repeat(64);
// What Pyodide would find out by looking at the globals: none of the places that it knows anything special about.
const RUNTIME_ENV = {
  ...{ IN_BUN: false, IN_DENO: false, IN_NODE: false, IN_NODE_COMMONJS: false, IN_NODE_ESM: false },
  ...{ IN_SAFARI: false, IN_SHELL: false, IN_BROWSER_MAIN_THREAD: false, IN_BROWSER_WEB_WORKER: false },
  ...{ IN_BROWSER: true, IN_WORKERD: true },
};

/** Boots an interpreter, which must happen in a request: it asks for random values. */
export async function bootPython(options: BootOptions): Promise<Python> {
  const { image } = options;
  const api = createApi(image === null);
  const module = await options.createModule({
    API: api,
    arguments: [],
    noInitialRun: image !== null,
    noImageDecoding: true,
    noAudioDecoding: true,
    noWasmDecoding: true,
    print: options.onLine,
    printErr: options.onLine,
    locateFile: refuseLibrary,
    preRun: [(unready) => layOutFiles(unready, api, options.stdlib)],
    instantiateWasm(imports, done) {
      patchImports(imports.env, options);
      const instance = new WebAssembly.Instance(options.wasm, imports as unknown as WebAssembly.Imports);
      if (image !== null) growTo(instance.exports["memory"] as WebAssembly.Memory, image.heapBytes);
      done(instance, options.wasm);
      return {};
    },
  });
  let restored: unknown;
  if (image !== null) {
    // A copy, since it is read in words from its start; without a heap, since that is written here.
    restored = api.restoreSnapshot?.(image.state.slice());
    image.writeTo(module.HEAPU8);
  }
  const python = api.finalizeBootstrap?.(restored);
  if (python === undefined) throw new Error("Cannot boot Python: Pyodide's module has no bootstrap");
  // By default a message channel, which would belong to the request that happens to boot.
  api.scheduleCallback = (callback) => queueMicrotask(callback);
  // The interpreter asks `onSteps` only while this is set.
  module.HEAP8[module._Py_EMSCRIPTEN_SIGNAL_HANDLING] = 1;
  return { module, api, runPython: (code) => python.runPython(code) };
}

/** Asked where a file is that is not in Python's file system, as a library may be that another needs. */
function refuseLibrary(path: string): string {
  if (/\.so(?:\.|$)/.test(path)) throw new Error(`found no library "${path}" in the plugin's packages`);
  return path;
}

function createApi(forSnapshot: boolean): PyodideApi {
  return {
    // Without globals: Python code has no use for JavaScript's.
    config: {
      jsglobals: {},
      env: {},
      packages: [],
      enableRunUntilComplete: false,
      _makeSnapshot: forSnapshot,
      BUILD_ID,
      packageBaseUrl: "/",
      packageCacheDir: "/",
      cdnUrl: "/",
    },
    runtimeEnv: RUNTIME_ENV,
    // The list of packages, which nobody asks for: there is nowhere to fetch one from.
    lockFilePromise: new Promise(() => {}),
  };
}

function layOutFiles(module: PyodideModule, api: PyodideApi, stdlib: Uint8Array): void {
  const version = module.HEAPU32[module._Py_Version >>> 2] ?? 0;
  const [major, minor, micro] = [version >>> 24, (version >>> 16) & 0xff, (version >>> 8) & 0xff];
  api.pyVersionTuple = [major, minor, micro];
  api.sitePackages = `/lib/python${major}.${minor}/site-packages`;
  module.FS.mkdirTree(api.sitePackages);
  // Python looks for it at start, and complains if it is missing.
  module.FS.mkdirTree(`/lib/python${major}.${minor}/lib-dynload`);
  module.FS.writeFile(`/lib/python${major}${minor}.zip`, stdlib);
  module.FS.mkdirTree(HOME);
  module.FS.chdir(HOME);
  // A fixed seed for hashes: with a random one, each build would make another image.
  Object.assign(module.ENV, { HOME, PYTHONINSPECT: "1", PYTHONHASHSEED: "0" });
}

function patchImports(env: Record<string, unknown>, { onSteps, maxHeapBytes }: BootOptions): void {
  // Pyodide marks JavaScript errors by a value made in a module of its own, or by a symbol where there is none.
  const error = Symbol("error");
  env["Jsv_GetError_import"] = () => error;
  env["JsvError_Check"] = (value: unknown) => (value === error ? 1 : 0);
  // Not Pyodide's interrupt buffer: Python code could put another in its place.
  env["_Py_CheckEmscriptenSignals_Helper"] = onSteps;
  const resize = env["emscripten_resize_heap"] as (bytes: number) => number;
  env["emscripten_resize_heap"] = (bytes: number) => (bytes >>> 0 > maxHeapBytes ? 0 : resize(bytes));
}

function growTo(memory: WebAssembly.Memory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
}
