// The main module of a plugin's isolate: turns the host's call into one handler call, and reports how it ended.
// It decides nothing about limits or permissions that the host does not check again: whatever a plugin does to
// this isolate's globals can only spoil its own report.
import { WorkerEntrypoint } from "cloudflare:workers";
import type { GuestEnding, GuestGroupProps, GuestProps } from "../../schemas/guest.ts";
import { answerRuns, type BegunRun } from "./answer-runs.ts";
import { NotCapable } from "./index.ts";
import { captureConsole } from "./capture-console.ts";
import { gateGlobals } from "./gate-globals.ts";
import { createGuestRun, currentGuestRun, type GuestRun } from "./guest-run.ts";
import { createEnv } from "./create-env.ts";
import { createKili } from "./create-kili.ts";
import type { SendToKili } from "./call-kili.ts";
import { createLogger } from "./create-logger.ts";
import { enterRun, leaveRun } from "./meter.ts";
import type { PluginContext } from "./plugin-context.ts";
import { readRetryAdvice } from "./retry-advice.ts";
import { RUN_OVER } from "./run-over.ts";
import { toHandlerCall } from "./to-handler-call.ts";

/** How long the runs of a call may take before those that have not begun go back to the host. */
const GROUP_PATIENCE_MS = 50;

/** More than the host keeps of an error's words, and little enough for an answer that holds three of them. */
const MAX_THROWN_CHARS = 64 * 1024;

// What the harness itself needs of the globals, taken while they are still the platform's.
const parseJson = JSON.parse.bind(JSON);
const toJson = JSON.stringify.bind(JSON);
const { hasOwn } = Object;
const now = Date.now.bind(Date);
const startTimer = setTimeout.bind(globalThis) as (callback: () => void, ms: number) => unknown;

captureConsole(currentGuestRun);
gateGlobals(currentGuestRun);

// Last, so that nothing above runs on what the plugin's module may have put in its place.
// @ts-expect-error: the host puts the plugin's own module here when it loads the isolate.
const { default: PluginHandler } = (await import("./plugin.js")) as { readonly default: unknown };

type HandlerClass = new (context: PluginContext) => Record<string, (argument: unknown) => unknown>;

/** What the host calls. `GET` proves that the plugin's module loads; `POST` runs a handler, or several in turn. */
export class Harness extends WorkerEntrypoint<never, GuestProps | GuestGroupProps> {
  override async fetch(request: Request): Promise<Response> {
    if (request.method === "GET")
      return new Response(null, { status: typeof PluginHandler === "function" ? 204 : 500 });
    const { props } = this.ctx;
    const runs = hasOwn(props, "runs") ? (props as GuestGroupProps).runs : [props as GuestProps];
    const queued = queueRuns(runs, 0);
    void runInTurn(queued, request);
    // Awaited: a promise that an async function returns is asked for its `then`, which the plugin may have patched.
    const answer = await answerRuns(queued);
    return answer;
  }
}

/** A run of a call, in the order they are in. */
interface Queued extends BegunRun {
  readonly next: Queued | null;
  readonly settle: (ending: GuestEnding) => void;
  /** It is under way, over, or given back. */
  isTaken: boolean;
}

/** The run at `index`, which there is, and those after it. */
function queueRuns(runs: readonly GuestProps[], index: number): Queued {
  const run = createGuestRun(runs[index] as GuestProps);
  let settle: Queued["settle"] = () => {};
  const ending = new Promise<GuestEnding>((resolve) => {
    settle = resolve;
  });
  return { run, ending, settle, isTaken: false, next: index + 1 < runs.length ? queueRuns(runs, index + 1) : null };
}

/**
 * One after the other: two at a time could hide each other's CPU time from the meter. Those that would have to wait for
 * long go back to the host.
 */
async function runInTurn(first: Queued, request: Request): Promise<void> {
  const until = now() + GROUP_PATIENCE_MS;
  // It goes with the request.
  if (first.next !== null) startTimer(() => giveBack(first), GROUP_PATIENCE_MS);
  for (let queued: Queued | null = first; queued !== null; queued = queued.next) {
    // Without a clock that goes on meanwhile, the platform has its own limit.
    if (queued !== first && now() >= until) return giveBack(first);
    if (queued.isTaken) continue;
    queued.isTaken = true;
    const { run } = queued;
    const ending = await enterRun(run, () => callHandler(run, request));
    queued.settle(ending);
  }
}

function giveBack(first: Queued): void {
  for (let queued: Queued | null = first; queued !== null; queued = queued.next) {
    if (queued.isTaken) continue;
    queued.isTaken = true;
    queued.settle({ type: "not_begun" });
  }
}

/** Never rejects: however the handler ends is an ending. */
async function callHandler(run: GuestRun, request: Request): Promise<GuestEnding> {
  const { props } = run;
  try {
    const call = toHandlerCall(props.eventType, props.body === null ? await request.json() : parseJson(props.body));
    const plugin = new (PluginHandler as HandlerClass)({
      projectId: props.projectId,
      config: props.config,
      run: { id: props.runId, attempt: props.attempt, idempotencyKey: props.idempotencyKey },
      logger: createLogger(run.write),
      kili: createKili(sendThroughDoor(run), props.projectId, async (projectId) =>
        run.isOver ? null : ((await props.kili?.inputType(projectId)) ?? null),
      ),
      env: createEnv(props.envNames, props.env, (name) => run.refuse("env", name)),
    });
    const value = await plugin[call.method]?.(call.argument);
    const result = value === undefined ? null : (toJson(value) ?? null);
    if (run.exceeded !== null) return { type: "cpu_limit", stack: run.exceeded };
    const bytes = result === null ? 0 : new TextEncoder().encode(result).byteLength;
    if (bytes > props.resultBytes) return { type: "result_limit", bytes };
    return { type: "ok", result };
  } catch (error) {
    const thrown = describeThrown(error);
    // The excess is sticky and comes first: what a plugin threw after it is only its echo. Looking at what was thrown
    // may have been what took too long.
    return run.exceeded === null ? thrown : { type: "cpu_limit", stack: run.exceeded };
  } finally {
    run.isOver = true;
    leaveRun();
  }
}

/** How the Kili client reaches Kili. Without a door there is nothing to reach, and the run says so in its report. */
function sendThroughDoor(run: GuestRun): SendToKili {
  const door = run.props.kili;
  // The host asks its ledger again, which may not know yet that the run is over where others share its call.
  if (door !== null)
    return async (document, variables) => (run.isOver ? { error: RUN_OVER } : door.graphql(document, variables));
  const message =
    'Requires kili access: [permissions] kili in plugin.toml is empty, add the scopes that its calls need ("kili-edge check" names them)';
  return async () => {
    run.refuse("kili", "a Kili call without any kili permission");
    return { error: { name: "NotCapable", message } };
  };
}

/** Plugins may throw anything, also objects that throw when they are looked at. */
function describeThrown(error: unknown): GuestEnding {
  try {
    if (error instanceof Error) {
      const name = error instanceof NotCapable ? "NotCapable" : clip(String(error.name));
      // Read once: what is asked twice may answer twice.
      const { message, stack } = error as { message: unknown; stack?: unknown };
      return {
        type: "threw",
        name,
        message: clip(String(message)),
        stack: typeof stack === "string" ? clip(stack) : null,
        retry: readRetryAdvice(error) ?? undefined,
      };
    }
    const message = clip(`a value that is no Error: ${String(error)}`);
    return { type: "threw", name: "Error", message, stack: null };
  } catch {
    return { type: "threw", name: "Error", message: "a value that cannot be described", stack: null };
  }
}

function clip(text: string): string {
  return text.length <= MAX_THROWN_CHARS ? text : text.slice(0, MAX_THROWN_CHARS);
}
