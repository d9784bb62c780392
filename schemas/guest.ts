// What crosses between the host and a plugin's isolate. Types only: the two sides share no code.
import type { LogLine, Refusal, SourcePosition, Threw } from "./run.ts";

/** The host's answer to a call through the Kili door. Failures are values, so that no stack crosses. */
export type KiliDoorAnswer =
  | { readonly data: Record<string, unknown>; readonly dryRun?: true }
  | {
      readonly error: {
        readonly name: string;
        readonly message: string;
        readonly path?: string;
        readonly retryAfterMs?: number;
      };
    };

/** The Kili door as the guest sees it: the only two things it can ask of the host about Kili. */
export interface KiliDoorStub {
  graphql(document: string, variables: Record<string, unknown>): Promise<KiliDoorAnswer>;
  /** What kind of assets a project holds, on which the size of pages depends; null where it cannot be known. */
  inputType(projectId: string): Promise<string | null>;
}

/** The network door: a gated `fetch`. */
export interface NetDoorStub {
  fetch(input: Request): Promise<Response>;
}

/** Per-run facts and doors, handed over in `ctx.props`, where the guest can read but not forge them. */
export interface GuestProps {
  /** The webhook body as text; null when it is large and comes as the request's body. */
  readonly body: string | null;
  readonly runId: string;
  /** Counts from 1. */
  readonly attempt: number;
  /** The same for every attempt of a delivery. */
  readonly idempotencyKey: string;
  readonly pluginName: string;
  readonly projectId: string;
  readonly eventType: string;
  readonly config: Record<string, unknown>;
  /** Values of the declared variables; a declared variable the host does not have is absent. */
  readonly env: Record<string, string>;
  readonly envNames: readonly string[];
  readonly cpuMs: number;
  /** For loading the plugin, by a harness that can meter that. */
  readonly loadCpuMs: number;
  readonly timeoutMs: number;
  readonly logLines: number;
  /** Most characters of one line, and of all lines together. */
  readonly logLineChars: number;
  readonly logChars: number;
  readonly resultBytes: number;
  /** Only what the manifest opens: null without a `kili` or `net` permission. */
  readonly kili: KiliDoorStub | null;
  readonly net: NetDoorStub | null;
}

/** What a harness is told that has several runs of its version to do in one call, one after the other. */
export interface GuestGroupProps {
  readonly runs: readonly GuestProps[];
}

/** What a harness is told that is only to prove that the plugin loads. */
export type ProbeProps = Pick<GuestProps, "loadCpuMs">;

/** How the handler ended, as the harness saw it. The host decides the `RunOutcome`. */
export type GuestEnding =
  | { readonly type: "ok"; readonly result: string | null }
  | { readonly type: "result_limit"; readonly bytes: number }
  | Threw
  /** `where` is the author's line, from a harness that knows it; others give a stack to map. */
  | { readonly type: "cpu_limit"; readonly stack: string | null; readonly where?: SourcePosition | null | undefined }
  | { readonly type: "memory_limit"; readonly message: string }
  /** Of several runs in a call: those before it took too long, and it is to be called again. */
  | { readonly type: "not_begun" };

/** The harness's last word on a run. Log lines already streamed are not repeated. */
export interface GuestReport {
  readonly ending: GuestEnding;
  readonly logs: readonly LogLine[];
  /** Lines dropped over the run's `log_lines`. */
  readonly droppedLogLines: number;
  readonly refusals: readonly Refusal[];
  readonly cpuMs: number | null;
}

/** One line of a streamed answer; `run` counts the call's runs from 0. A quick call answers with its reports alone, as JSON. */
export type GuestStreamLine = { readonly run: number } & ({ readonly log: LogLine } | { readonly report: GuestReport });
