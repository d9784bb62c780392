// One CPython interpreter with one plugin in it. Runs one handler at a time; whoever has two at once has two of these.
import type { GuestEnding } from "../../schemas/guest.ts";
import { bootPython, type BootOptions } from "./boot-python.ts";
import { Fuel, InterpreterStopped } from "./fuel.ts";
import type { PyCallable } from "./pyodide-module.ts";

/** The plugin: its files as the artifact holds them. */
export interface PythonProgram {
  /** The main file's path in `files`. */
  readonly main: string;
  readonly files: Readonly<Record<string, string>>;
}

/** What Python may ask of its run. Its methods are all that Python code sees of JavaScript. */
export interface RunHost {
  readonly write: (level: string, text: string) => void;
  /** Gives the call's answer as JSON. */
  readonly graphql: (document: string, variables: string) => Promise<string>;
  readonly fetch: (request: string) => Promise<string>;
  readonly env: (name: string) => string | null;
}

/** One handler call; `method` null only loads the plugin. */
export interface PythonCall {
  readonly method: string | null;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly projectId: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly run: { readonly id: string; readonly attempt: number; readonly idempotencyKey: string };
}

export interface Ended {
  readonly ending: GuestEnding;
  readonly spentMs: number;
}

type Files = Pick<BootOptions, "createModule" | "wasm" | "stdlib" | "image" | "maxHeapBytes">;

/** Where the plugin's files are, for Python. */
const FOLDER = "/plugin";

export class Interpreter {
  readonly #program: PythonProgram;
  readonly #run: PyCallable;
  readonly #fuel: Fuel;
  readonly #lastWords: string[];
  #isAlive = true;

  private constructor(program: PythonProgram, run: PyCallable, fuel: Fuel, lastWords: string[]) {
    this.#program = program;
    this.#run = run;
    this.#fuel = fuel;
    this.#lastWords = lastWords;
  }

  /** Boots an interpreter for `program`. Nothing of the plugin runs yet. */
  static async boot(files: Files, program: PythonProgram, now: () => number): Promise<Interpreter> {
    const fuel = new Fuel(now);
    const lastWords: string[] = [];
    const onLine = (text: string): void => void lastWords.push(text);
    const { module, runPython } = await bootPython({ ...files, onSteps: () => fuel.check(), onLine });
    for (const [path, text] of Object.entries(program.files)) {
      module.FS.mkdirTree(`${FOLDER}/${path}`.replace(/\/[^/]*$/, ""));
      module.FS.writeFile(`${FOLDER}/${path}`, text);
    }
    const run = runPython("from kili_edge import runner; runner.wake(); runner.run") as PyCallable;
    return new Interpreter(program, run, fuel, lastWords);
  }

  /** False once it was stopped in the middle of something: nothing can be said about its state. */
  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Runs one handler to its end. Never rejects. */
  async call(call: PythonCall, host: RunHost, cpuMs: number): Promise<Ended> {
    const fuel = this.#fuel;
    const outside = <Args extends unknown[], T>(ask: (...args: Args) => Promise<T>) => {
      return async (...args: Args): Promise<T> => {
        fuel.pause();
        try {
          return await ask(...args);
        } finally {
          fuel.resume();
        }
      };
    };
    const ways = {
      write: host.write,
      env: host.env,
      graphql: outside(host.graphql),
      fetch: outside(host.fetch),
      sleep: outside((ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))),
    };
    const { main, files } = this.#program;
    const request = JSON.stringify({ ...call, main, files: Object.keys(files) });
    fuel.begin(cpuMs);
    try {
      const answer = (await this.#run.callPromising(ways, request)) as string;
      return { ending: JSON.parse(answer) as GuestEnding, spentMs: fuel.spentMs };
    } catch (error) {
      this.#isAlive = false;
      return { ending: this.#toEnding(error), spentMs: fuel.spentMs };
    } finally {
      fuel.pause();
    }
  }

  #toEnding(error: unknown): GuestEnding {
    if (this.#fuel.exceeded || error instanceof InterpreterStopped) return { type: "cpu_limit", stack: null };
    const said = this.#lastWords.slice(-5).join("\n");
    const message = `the interpreter ended in the middle of the run: ${String(error)}`;
    return { type: "threw", name: "InterpreterEnded", message, stack: said === "" ? null : said };
  }
}
