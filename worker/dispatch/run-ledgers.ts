// What the runs under way have asked of their doors. The doors hold no state: they ask here before each call,
// so that a limit counts per run wherever the door itself happens to live.
import type { CallVerdict, RunUnderWay } from "../../schemas/inbox.ts";
import type { Refusal, RunCall } from "../../schemas/run.ts";
import { MAX_RUN_CALLS_CHARS, MAX_SHOWN_LOG_LINES, MAX_SHOWN_TAIL_LINES } from "../limits.ts";

/** Refusals beyond this of one run are counted against its calls but not written down. */
const MAX_REFUSALS = 100;

/** What a run is about. */
export interface RunFacts {
  readonly eventSeq: number;
  readonly eventId: string;
  readonly pluginName: string;
  /** Calls it may make. */
  readonly limit: number;
}

export interface OpenLedger extends RunFacts {
  /** By the hash of a write to Kili, the last journalled one that the run has met. */
  readonly met: Map<string, number>;
  /** Ids of the writes to Kili that the run has begun itself. */
  readonly sent: Set<number>;
  begun: number;
  overLimit: boolean;
  callChars: number;
  readonly calls: RunCall[];
  readonly refusals: Refusal[];
  /** The run as it stands, with the newest lines of its log; null until it has begun to log. */
  show: ((lines: number) => RunUnderWay) | null;
}

/** The ledgers of one inbox. A run without one is over, and its doors are shut. */
export class RunLedgers {
  readonly #open = new Map<string, OpenLedger>();

  open(runId: string, facts: RunFacts): OpenLedger {
    const counts = { begun: 0, overLimit: false, callChars: 0 };
    const ledger: OpenLedger = {
      ...facts,
      ...counts,
      met: new Map(),
      sent: new Set(),
      calls: [],
      refusals: [],
      show: null,
    };
    this.#open.set(runId, ledger);
    return ledger;
  }

  close(runId: string): void {
    this.#open.delete(runId);
  }

  isOpen(runId: string): boolean {
    return this.#open.has(runId);
  }

  /** The runs under way, or one of them with more of its log. */
  underWay(runId: string | null): RunUnderWay[] {
    const lines = runId === null ? MAX_SHOWN_TAIL_LINES : MAX_SHOWN_LOG_LINES;
    const ledgers = runId === null ? [...this.#open.values()] : [this.#open.get(runId)];
    return ledgers.flatMap((ledger) => ledger?.show?.(lines) ?? []);
  }

  /** The ledger of a run under way; null once it is over. */
  find(runId: string): OpenLedger | null {
    return this.#open.get(runId) ?? null;
  }

  begin(runId: string): CallVerdict {
    const ledger = this.#open.get(runId);
    if (ledger === undefined) return { type: "closed" };
    if (ledger.begun >= ledger.limit) {
      ledger.overLimit = true;
      return { type: "over_limit", limit: ledger.limit };
    }
    ledger.begun += 1;
    return { type: "allowed", position: ledger.begun };
  }

  end(runId: string, call: RunCall): void {
    const ledger = this.#open.get(runId);
    if (ledger === undefined || ledger.calls.length >= ledger.limit) return;
    ledger.callChars += call.target.length + (call.detail?.length ?? 0) + (call.write?.length ?? 0);
    const isTooMuch = ledger.callChars > MAX_RUN_CALLS_CHARS;
    ledger.calls.push(isTooMuch ? { ...call, detail: null, ...(call.write && { write: null }) } : call);
  }

  refuse(runId: string, refusal: Refusal): void {
    const ledger = this.#open.get(runId);
    if (ledger !== undefined && ledger.refusals.length < MAX_REFUSALS) ledger.refusals.push(refusal);
  }
}
