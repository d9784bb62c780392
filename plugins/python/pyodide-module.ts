// What this room uses of Pyodide's Emscripten module: the parts of `pyodide.asm.mjs` that its own loader goes through.
// Types only. They hold for the version that package.json pins.

/** A Python callable as JavaScript holds it. */
export interface PyCallable {
  /** Calls it on a stack that may be suspended while Python waits for a promise. */
  callPromising(...args: unknown[]): Promise<unknown>;
}

export interface PyodideFs {
  mkdirTree(path: string): void;
  writeFile(path: string, content: string | Uint8Array): void;
  chdir(path: string): void;
}

/** What Pyodide's own code and its loader share. */
export interface PyodideApi {
  readonly config: Readonly<Record<string, unknown>>;
  readonly runtimeEnv: Readonly<Record<string, boolean>>;
  readonly lockFilePromise: Promise<unknown>;
  pyVersionTuple?: readonly [number, number, number];
  sitePackages?: string;
  scheduleCallback?: (callback: () => void, ms?: number) => void;
  makeSnapshot?: () => Uint8Array;
  restoreSnapshot?: (snapshot: Uint8Array) => unknown;
  finalizeBootstrap?: (restored?: unknown) => { runPython(code: string): unknown };
}

export interface PyodideModule {
  readonly HEAPU8: Uint8Array;
  readonly HEAP8: Int8Array;
  readonly HEAPU32: Uint32Array;
  /** Addresses. */
  readonly _Py_Version: number;
  readonly _Py_EMSCRIPTEN_SIGNAL_HANDLING: number;
  readonly FS: PyodideFs;
  readonly ENV: Record<string, string>;
  /** Libraries by their path, with what they export: the word "loading" where linking has not come to its end. */
  readonly LDSO: { readonly loadedLibsByName: Readonly<Record<string, { readonly exports: unknown }>> };
}

export interface ModuleSettings {
  readonly API: PyodideApi;
  readonly arguments: readonly string[];
  readonly noInitialRun: boolean;
  readonly noImageDecoding: true;
  readonly noAudioDecoding: true;
  readonly noWasmDecoding: true;
  readonly print: (text: string) => void;
  readonly printErr: (text: string) => void;
  readonly locateFile: (path: string) => string;
  readonly preRun: readonly ((module: PyodideModule) => void)[];
  readonly instantiateWasm: (
    imports: { readonly env: Record<string, unknown> },
    done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ) => object;
}

/** The default export of `pyodide.asm.mjs`. */
export type CreatePyodideModule = (settings: ModuleSettings) => Promise<PyodideModule>;
