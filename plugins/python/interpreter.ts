// One CPython interpreter with one plugin in it. Runs one handler at a time; whoever has two at once has two of these.
import type { GuestEnding } from "../../schemas/guest.ts";
import type { SourcePosition } from "../../schemas/run.ts";
import { bootPython, type BootOptions } from "./boot-python.ts";
import { Fuel, InterpreterStopped } from "./fuel.ts";
import type { PyCallable, PyodideModule } from "./pyodide-module.ts";

/** The plugin: its files as the artifact holds them. */
export interface PythonProgram {
  /** The main file's path in `files`. */
  readonly main: string;
  /** The manifest's. */
  readonly events: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  /** The files of its packages, by their path; none if it has no packages. */
  readonly packages?: Readonly<Record<string, string>>;
}

/** What Python may ask of its run. Its methods are all that Python code sees of JavaScript. */
export interface RunHost {
  readonly write: (level: string, text: string) => void;
  /** Gives the call's answer as JSON. */
  readonly graphql: (document: string, variables: string) => Promise<string>;
  readonly fetch: (request: string) => Promise<string>;
  /** What kind of assets a project holds; empty where that cannot be known. */
  readonly inputType: (projectId: string) => Promise<string>;
}

/** Something wrong with the plugin, at the author's line where it has one. */
export interface PythonProblem {
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
}

/** One handler call. */
export interface PythonCall {
  readonly method: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly projectId: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Variables that the manifest names, for os.environ. */
  readonly env: Readonly<Record<string, string>>;
  readonly run: { readonly id: string; readonly attempt: number; readonly idempotencyKey: string };
}

export interface Ended {
  readonly ending: GuestEnding;
  readonly spentMs: number;
}

interface Files extends Pick<BootOptions, "createModule" | "wasm" | "stdlib" | "image" | "maxHeapBytes"> {
  /** The compiled code of the plugin's packages, by its path among their files. */
  readonly libraries: ReadonlyMap<string, Uint8Array>;
}

/** Functions of library/kili_edge/runner.py. */
interface Runner {
  readonly load: PyCallable;
  readonly run: PyCallable;
  readonly probe: PyCallable;
}

/** What the host leaves an interpreter, in CPU time. */
export interface CpuBudget {
  /** For the handler. */
  readonly cpuMs: number;
  /** For the plugin's modules to load, packages and all: Python reads all their text. */
  readonly loadCpuMs: number;
}

/** Between loading and running, so that the two are not one long silence to whoever shares the thread. */
const REST_MS = 20;

const RUNNER = "from kili_edge import runner; runner.wake(); runner";

/** Where the plugin's files are, for Python. */
const FOLDER = "/plugin";
const PACKAGES_FOLDER = "/packages";

export class Interpreter {
  readonly #program: PythonProgram;
  readonly #module: PyodideModule;
  readonly #runner: Runner;
  readonly #fuel: Fuel;
  readonly #lastWords: string[];
  /** Where the run under way was when its CPU time was used up. */
  #overrunAt: SourcePosition | null = null;
  #isAlive = true;
  #isLoaded = false;

  private constructor(program: PythonProgram, module: PyodideModule, runner: Runner, fuel: Fuel, lastWords: string[]) {
    this.#program = program;
    this.#module = module;
    this.#runner = runner;
    this.#fuel = fuel;
    this.#lastWords = lastWords;
  }

  /** Boots an interpreter for `program`. Nothing of the plugin runs yet. */
  static async boot(files: Files, program: PythonProgram, now: () => number): Promise<Interpreter> {
    const fuel = new Fuel(now);
    const lastWords: string[] = [];
    const onLine = (text: string): void => void lastWords.push(text);
    const { module, runPython } = await bootPython({ ...files, onSteps: () => fuel.check(), onLine });
    const { files: own, packages = {} } = program;
    const write = (path: string, content: string | Uint8Array): void => {
      module.FS.mkdirTree(path.replace(/\/[^/]*$/, ""));
      module.FS.writeFile(path, content);
    };
    for (const [path, text] of Object.entries(own)) write(`${FOLDER}/${path}`, text);
    for (const [path, text] of Object.entries(packages)) write(`${PACKAGES_FOLDER}/${path}`, text);
    for (const [path, bytes] of files.libraries) write(`${PACKAGES_FOLDER}/${path}`, bytes);
    return new Interpreter(program, module, runPython(RUNNER) as Runner, fuel, lastWords);
  }

  /** False once it was stopped in the middle of something, linking too: nothing can be said about its state. */
  get isAlive(): boolean {
    return this.#isAlive && !this.#isLinkedInPart();
  }

  /**
   * Runs one handler to its end. What loading the plugin takes before is the run's only where the next run has to load
   * it anew. `onLoaded` is told when the plugin is loaded. Never rejects.
   */
  async call(
    call: PythonCall,
    host: RunHost,
    { cpuMs, loadCpuMs }: CpuBudget,
    onLoaded: () => void = () => {},
  ): Promise<Ended> {
    let loadMs = 0;
    if (!this.#isLoaded) {
      const loaded = await this.#end(this.#runner.load, { ...call, arguments: {} }, host, loadCpuMs);
      if (loaded.ending.type !== "ok") return loaded;
      this.#isLoaded = true;
      loadMs = loaded.spentMs;
    }
    onLoaded();
    if (loadMs > 0) await new Promise<void>((resolve) => setTimeout(resolve, REST_MS));
    const ended = await this.#end(this.#runner.run, call, host, cpuMs);
    return this.#isAlive ? ended : { ...ended, spentMs: ended.spentMs + loadMs };
  }

  /** Whether a library could not be linked, whatever Python made of it: the linker takes it for linked from then on. */
  #isLinkedInPart(): boolean {
    return Object.values(this.#module.LDSO.loadedLibsByName).some((library) => library.exports === "loading");
  }

  async #end(callable: PyCallable, call: PythonCall, host: RunHost, cpuMs: number): Promise<Ended> {
    try {
      const ending = JSON.parse(await this.#ask(callable, call, host, cpuMs)) as GuestEnding;
      // Memory that was once taken is never given back.
      if (ending.type === "memory_limit") this.#isAlive = false;
      return { ending, spentMs: this.#fuel.spentMs };
    } catch (error) {
      return { ending: this.#toEnding(error), spentMs: this.#fuel.spentMs };
    }
  }

  /** Checks the plugin and loads it. Never rejects; the answer is empty if all is well. */
  async probe({ loadCpuMs }: Pick<CpuBudget, "loadCpuMs">): Promise<readonly PythonProblem[]> {
    try {
      const answer = await this.#ask(this.#runner.probe, { events: this.#program.events }, NOWHERE, loadCpuMs);
      return (JSON.parse(answer) as { readonly problems: readonly PythonProblem[] }).problems;
    } catch (error) {
      const message = this.#fuel.exceeded
        ? `Cannot load the plugin: its modules took more than ${loadCpuMs} ms of CPU time, wanted them loaded by then`
        : `Cannot load the plugin: ${String(error)}`;
      return [{ file: this.#program.main, line: null, column: null, message }];
    }
  }

  async #ask(callable: PyCallable, call: object, host: RunHost, cpuMs: number): Promise<string> {
    const fuel = this.#fuel;
    const { main, files } = this.#program;
    const request = JSON.stringify({ ...call, main, files: Object.keys(files) });
    fuel.begin(cpuMs);
    try {
      this.#overrunAt = null;
      const overrun = (where: string): void => void (this.#overrunAt = JSON.parse(where) as SourcePosition | null);
      return (await callable.callPromising({ ...outside(host, fuel), overrun }, request)) as string;
    } catch (error) {
      this.#isAlive = false;
      throw error;
    } finally {
      fuel.pause();
    }
  }

  #toEnding(error: unknown): GuestEnding {
    if (this.#fuel.exceeded || error instanceof InterpreterStopped)
      return { type: "cpu_limit", stack: null, where: this.#overrunAt };
    const said = this.#lastWords.slice(-5).join("\n");
    const message = `the interpreter ended in the middle of the run: ${String(error)}`;
    return { type: "threw", name: "InterpreterEnded", message, stack: said === "" ? null : said };
  }
}

const NOWHERE: RunHost = { write: () => {}, graphql: noWay, fetch: noWay, inputType: noWay };

function noWay(): Promise<string> {
  return Promise.reject(new Error("Cannot call out while the plugin's module is tried: call out in a handler"));
}

/** The ways out of a run, with its CPU time stopped while Python waits on them. */
function outside(host: RunHost, fuel: Fuel): RunHost & { readonly sleep: (ms: number) => Promise<void> } {
  const paused = <Args extends unknown[], T>(ask: (...args: Args) => Promise<T>) => {
    return async (...args: Args): Promise<T> => {
      fuel.pause();
      try {
        return await ask(...args);
      } finally {
        fuel.resume();
      }
    };
  };
  return {
    write: host.write,
    graphql: paused(host.graphql),
    fetch: paused(host.fetch),
    inputType: paused(host.inputType),
    sleep: paused((ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))),
  };
}
