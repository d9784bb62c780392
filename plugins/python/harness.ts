// The main module of a Python plugin's isolate: turns the host's call into one handler call in an interpreter, and
// reports how it ended. As with plugins in TypeScript, the host checks again whatever is decided here.
import { WorkerEntrypoint } from "cloudflare:workers";
import type { GuestEnding, GuestProps, ProbeProps } from "../../schemas/guest.ts";
import { answerRuns } from "../sdk/answer-runs.ts";
import { createGuestRun, type GuestRun } from "../sdk/guest-run.ts";
import { readRetryAdvice } from "../sdk/retry-advice.ts";
import { createRunHost } from "./create-run-host.ts";
import { Interpreter, type PythonProgram } from "./interpreter.ts";
import { useKnownWasm, type KnownWasm } from "./known-wasm.ts";
import { openMemory } from "./memory-image.ts";
import type { CreatePyodideModule } from "./pyodide-module.ts";
import { refuseUnplaced } from "./refuse-unplaced.ts";
import { makeStandIns } from "./stand-ins.ts";
import { toPythonCall } from "./to-python-call.ts";
// @ts-expect-error: the host puts these here when it loads the isolate.
import createModule from "./pyodide.asm.mjs";
// @ts-expect-error
import wasm from "./python.wasm";
// @ts-expect-error
import stdlib from "./stdlib.zip";
// @ts-expect-error
import image from "./memory.bin";
// @ts-expect-error
import trampolines from "./trampolines.js";
// @ts-expect-error
import maxHeapBytes from "./heap.json";
// @ts-expect-error
import libraries from "./libraries.js";
// @ts-expect-error
import program from "./plugin.json";

const standIns = makeStandIns(libraries as ReadonlyMap<string, WebAssembly.Module>);
const files = {
  createModule: createModule as CreatePyodideModule,
  wasm: wasm as WebAssembly.Module,
  stdlib: new Uint8Array(stdlib as ArrayBuffer),
  image: openMemory(image as ArrayBuffer),
  maxHeapBytes: maxHeapBytes as number,
  libraries: standIns.files,
};
useKnownWasm(new Map([...(trampolines as KnownWasm), ...standIns.known]));
refuseUnplaced(standIns.needy);
// Pyodide's last words belong to a run, whose report says how it ended: on the console they would be in the host's log.
for (const method of ["debug", "error", "info", "log", "trace", "warn"] as const)
  Object.defineProperty(console, method, { value: () => {} });
// Pyodide looks for it as it starts, and without it listens to events in a way that no Worker offers.
Object.defineProperty(globalThis, "setImmediate", { value: (callback: () => void) => setTimeout(callback, 0) });

// One interpreter is kept for the next run. Runs that meet, which the host avoids, get one each.
let idle: Interpreter | null = null;

/** What the host calls. `GET` proves that the plugin's module loads; `POST` runs one handler on the body. */
export class Harness extends WorkerEntrypoint<never, GuestProps> {
  override async fetch(request: Request): Promise<Response> {
    if (request.method === "GET") return probe(this.ctx.props);
    const run = createGuestRun(this.ctx.props);
    const { promise: loaded, resolve: onLoaded } = Promise.withResolvers<void>();
    const ending = callHandler(run, request, onLoaded);
    // Held back: where loads take turns, the host takes the beginning of an answer for the end of this one.
    const answer = answerRuns({ run, ending, next: null });
    await Promise.race([loaded, ending]);
    return answer;
  }
}

async function probe(props: ProbeProps): Promise<Response> {
  const interpreter = await takeInterpreter();
  const problems = await interpreter.probe(props);
  giveBack(interpreter);
  return problems.length === 0 ? new Response(null, { status: 204 }) : Response.json({ problems }, { status: 422 });
}

/** Never rejects: however the handler ends is an ending. */
async function callHandler(run: GuestRun, request: Request, onLoaded: () => void): Promise<GuestEnding> {
  const { props } = run;
  try {
    const body: unknown = props.body === null ? await request.json() : JSON.parse(props.body);
    const call = toPythonCall({ body, props });
    const interpreter = await takeInterpreter();
    const { ending, spentMs } = await interpreter.call(call, createRunHost(run), props, onLoaded);
    giveBack(interpreter);
    run.spentMs = spentMs;
    if (ending.type !== "ok" || ending.result === null) return ending;
    const bytes = new TextEncoder().encode(ending.result).byteLength;
    return bytes > props.resultBytes ? { type: "result_limit", bytes } : ending;
  } catch (error) {
    if (!(error instanceof Error)) return { type: "threw", name: "Error", message: String(error), stack: null };
    const { name, message } = error;
    return { type: "threw", name, message, stack: null, retry: readRetryAdvice(error) ?? undefined };
  }
}

async function takeInterpreter(): Promise<Interpreter> {
  const kept = idle;
  idle = null;
  return kept ?? Interpreter.boot(files, JSON.parse(program as string) as PythonProgram, () => Date.now());
}

function giveBack(interpreter: Interpreter): void {
  if (interpreter.isAlive) idle = interpreter;
}
