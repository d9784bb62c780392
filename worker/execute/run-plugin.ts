// Runs one attempt of one delivery in the plugin's isolate. Never throws: however it goes, it comes back with one
// `RunReport`. Does not decide on retries and writes nothing down.
import type { GuestProps, KiliDoorStub, NetDoorStub } from "../../schemas/guest.ts";
import type { RunCall, Refusal, RunOutcome, RunReport, LogLine } from "../../schemas/run.ts";
import { HOST_MAX, MAX_LOG_LINE_CHARS, MAX_RESULT_BYTES, MAX_RUN_LOG_CHARS, PYTHON_START_CPU_MS } from "../limits.ts";
import { isPython } from "../../schemas/is-python.ts";
import type { ActivePlugin } from "../../schemas/active-plugin.ts";
import { effectiveLimits, type EffectiveLimits } from "./effective-limits.ts";
import { callHarness, type CalledRun, type CallEnd, type CodeRead } from "./call-harness.ts";
import { createRunLog } from "./run-log.ts";
import { loadCpuMs } from "./load-cpu-ms.ts";
import { isolateName, loadIsolate, type IsolateKey } from "./load-isolate.ts";
import { mapLog, mayHoldFrames } from "./map-log.ts";
import type { SourceMap } from "./parse-source-map.ts";
import type { RunGroups } from "./run-groups.ts";
import { toBrokenOutcome, toOutcome } from "./to-outcome.ts";

/** A body up to this size comes with the call itself, which saves the isolate a turn of reading a stream. */
const MAX_PROPS_BODY_CHARS = 32 * 1024;

export interface RunRequest {
  readonly runId: string;
  readonly attempt: number;
  /** The delivery's id: the same for each of its attempts. */
  readonly deliveryId: string;
  readonly plugin: ActivePlugin;
  readonly projectId: string;
  readonly eventType: string;
  /** The webhook body as it came. */
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly generation: number;
  /** Tells the isolates of runs apart that may not meet in one. */
  readonly place: number;
}

/** What the run's doors counted while it ran. */
export interface RunLedger {
  readonly calls: readonly RunCall[];
  readonly refusals: readonly Refusal[];
  readonly overLimit: boolean;
}

export interface RunDeps {
  readonly loader: Pick<WorkerLoader, "get">;
  readonly assets: Pick<Fetcher, "fetch">;
  readonly doors: { readonly kili: KiliDoorStub | null; readonly net: NetDoorStub | null };
  readonly ledger: RunLedger;
  /** The version's code; rejects when it cannot be read. */
  readonly readCode: (hash: string) => Promise<string>;
  /** Null where it has none; may reject. */
  readonly readSourceMap: (hash: string) => Promise<SourceMap | null>;
  readonly variable: (name: string) => string | null;
  /** The deployment's own cap on CPU time, if it has one. */
  readonly maxCpuMs?: number;
  readonly now: () => number;
  /** Given where the run may be called together with others of its version. */
  readonly groups?: RunGroups | undefined;
  /** Is told that the plugin's modules are loaded, in Python. */
  readonly onLoaded?: () => void;
  /**
   * Is given the log, for whoever looks at a run under way: it holds what came so far, with stacks as the isolate wrote
   * them. Looking is to cost no more than it must, and what is written down at the end has the author's lines.
   */
  readonly showLog?: (lines: () => readonly LogLine[]) => void;
}

/** Most refusals that are taken from the guest itself; its harness reports no more. */
const MAX_GUEST_REFUSALS = 50;

/** Runs the attempt to its end, or to its wall-time limit. */
export async function runPlugin(request: RunRequest, deps: RunDeps): Promise<RunReport> {
  const limits = effectiveLimits(request.plugin.manifest.limits, deps.maxCpuMs);
  const facts = { ...limits, resultBytes: MAX_RESULT_BYTES, overSubrequests: false };
  const startedAt = deps.now();
  const log = createRunLog(limits.logLines, startedAt, deps.now);
  deps.showLog?.(log.lines);
  let code: CodeRead = { wasAsked: () => false, failure: () => null };
  const onCall = (read: CodeRead): void => {
    code = read;
  };
  const end = await callForRun(request, deps, { limits, onLog: log.keep, onCall }).catch((error: unknown): CallEnd => ({
    type: "broken",
    error,
    timedOut: false,
    company: 0,
  }));
  const wallMs = deps.now() - startedAt;
  let cpuMs: number | null = null;
  let refusals: readonly Refusal[] = [];
  if (end.type === "reported") {
    const { report } = end;
    report.logs.forEach(log.keep);
    log.drop(report.droppedLogLines);
    ({ cpuMs, refusals } = report);
  }
  const logs = log.lines();
  // Python's stacks are its author's as they come.
  const isScript = !isPython(request.plugin.manifest);
  const hasFrames = isScript && logs.some(mayHoldFrames);
  const map = hasFrames || (isScript && hasStack(end)) ? await readMap(request.plugin.hash, deps) : null;
  let outcome: RunOutcome;
  if (end.type === "reported") {
    outcome = toOutcome(end.report.ending, { ...facts, overSubrequests: deps.ledger.overLimit }, map);
  } else {
    // A code read that failed is the host's trouble, not the plugin's: the attempt is lost and comes again.
    const unreadable = code.failure();
    outcome = unreadable === null ? toBrokenOutcome(end, facts) : { type: "lost", message: unreadable };
  }
  return {
    outcome,
    logs: hasFrames ? mapLog(logs, map) : logs,
    calls: deps.ledger.calls,
    refusals: [...deps.ledger.refusals, ...refusals.slice(0, MAX_GUEST_REFUSALS).map((one) => tame(one, deps.now()))],
    wallMs,
    cpuMs,
    coldStart: code.wasAsked(),
  };
}

function hasStack(end: CallEnd): boolean {
  return end.type === "reported" && (end.report.ending.type === "threw" || end.report.ending.type === "cpu_limit");
}

/** A map that cannot be read costs the positions, not the outcome. */
function readMap(hash: string, { readSourceMap }: Pick<RunDeps, "readSourceMap">): Promise<SourceMap | null> {
  return readSourceMap(hash).catch(() => null);
}

/**
 * The version's code, for an isolate that is not there yet. Apart from the run, since the platform keeps what reads it
 * until its next full collection of garbage, and a run holds the event's body.
 */
function openCode(readCode: RunDeps["readCode"], hash: string): CodeRead & { read: () => Promise<string> } {
  let asked = false;
  let failure: string | null = null;
  const read = async (): Promise<string> => {
    asked = true;
    try {
      return await readCode(hash);
    } catch (error) {
      failure = `artifact could not be read: ${String(error)}`;
      throw error;
    }
  };
  return { read, wasAsked: () => asked, failure: () => failure };
}

/** Has the run called in its isolate, as one of several if it may be, and by itself if that did not come to it. */
async function callForRun(
  request: RunRequest,
  deps: RunDeps,
  { limits, onLog, onCall }: { limits: EffectiveLimits } & Pick<CalledRun<GuestProps>, "onCall" | "onLog">,
): Promise<CallEnd> {
  const { plugin, projectId, generation, place } = request;
  const { isolation, main } = plugin.manifest;
  const key: IsolateKey = { hash: plugin.hash, isolation, main, projectId, generation, place };
  // The platform counts all that the isolate does, the meter what the plugin does.
  const startCpuMs = isPython(plugin.manifest) ? PYTHON_START_CPU_MS : 0;
  const call = (runs: readonly CalledRun<GuestProps>[]): Promise<void> => {
    const code = openCode(deps.readCode, plugin.hash);
    for (const run of runs) run.onCall(code);
    const [first] = runs;
    const props = runs.length === 1 && first !== undefined ? first.props : { runs: runs.map((run) => run.props) };
    const ofAll = {
      cpuMs: Math.min(limits.cpuMs * runs.length, HOST_MAX.cpu_ms) + startCpuMs,
      subRequests: limits.subrequests * runs.length,
    };
    const sources = { readCode: code.read, assets: deps.assets };
    return callHarness(() => loadIsolate(deps.loader, key, sources, { props, limits: ofAll }), runs, {
      body: first?.props.body === null ? request.body : null,
      timeoutMs: limits.timeoutMs,
      onAnswer: deps.onLoaded,
    });
  };
  const name = isolateName(key);
  const props = toProps(request, deps, limits);
  const run = { props, onLog, onCall };
  const { groups } = deps;
  if (groups !== undefined && name !== null && props.body !== null) {
    const end = await new Promise<CallEnd>((onEnd) => void groups.join(name, { ...run, onEnd }, call));
    if (end.type === "broken" || end.report.ending.type !== "not_begun") return end;
  }
  return new Promise((onEnd, reject) => {
    call([{ ...run, onEnd }]).catch(reject);
  });
}

/** A refusal in the guest's words, its time brought to one that can be shown. */
function tame(refusal: Refusal, now: number): Refusal {
  return { ...refusal, wanted: refusal.wanted.toWellFormed(), at: Math.min(Math.max(refusal.at, 0), now) };
}

function toProps(request: RunRequest, deps: RunDeps, limits: EffectiveLimits): GuestProps {
  const { manifest } = request.plugin;
  const values = manifest.permissions.env.map((name) => [name, deps.variable(name)] as const);
  return {
    body: typeof request.body === "string" && request.body.length <= MAX_PROPS_BODY_CHARS ? request.body : null,
    runId: request.runId,
    attempt: request.attempt,
    idempotencyKey: request.deliveryId,
    pluginName: request.plugin.name,
    projectId: request.projectId,
    eventType: request.eventType,
    config: manifest.config,
    env: Object.fromEntries(values.filter((entry): entry is [string, string] => entry[1] !== null)),
    envNames: manifest.permissions.env,
    cpuMs: limits.cpuMs,
    loadCpuMs: loadCpuMs(deps.maxCpuMs),
    timeoutMs: limits.timeoutMs,
    logLines: limits.logLines,
    logLineChars: MAX_LOG_LINE_CHARS,
    logChars: MAX_RUN_LOG_CHARS,
    resultBytes: MAX_RESULT_BYTES,
    kili: deps.doors.kili,
    net: deps.doors.net,
  };
}
