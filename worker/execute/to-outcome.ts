// From how an attempt ended to its `RunOutcome`. Pure; one place says what each ending means.
import type { GuestEnding } from "../../schemas/guest.ts";
import type { RunOutcome } from "../../schemas/run.ts";
import { MAX_ERROR_CHARS } from "../limits.ts";
import type { CallEnd } from "./call-harness.ts";
import { BadGuestAnswer } from "./guest-answer.ts";
import { mapStack } from "./map-stack.ts";
import type { SourceMap } from "./parse-source-map.ts";

/** UTF-8 bytes that a UTF-16 unit takes at most. */
const MAX_UNIT_BYTES = 3;

type BrokenCall = Extract<CallEnd, { readonly type: "broken" }>;

export interface OutcomeFacts {
  readonly cpuMs: number;
  readonly timeoutMs: number;
  readonly subrequests: number;
  readonly resultBytes: number;
  /** The run asked for more calls than it may make. Final, also where the plugin swallowed the error. */
  readonly overSubrequests: boolean;
}

/** The outcome of a run whose harness reported an ending. */
export function toOutcome(ending: GuestEnding, facts: OutcomeFacts, map: SourceMap | null): RunOutcome {
  if (ending.type === "cpu_limit") {
    const where = ending.stack === null ? (ending.where ?? null) : mapStack(ending.stack, map).where;
    return { type: "cpu_limit", limitMs: facts.cpuMs, where };
  }
  if (facts.overSubrequests) return { type: "subrequest_limit", limit: facts.subrequests };
  switch (ending.type) {
    case "ok": {
      // Measured again, unless it cannot be too large: that it is small enough is the guest's word.
      if (ending.result === null || ending.result.length * MAX_UNIT_BYTES <= facts.resultBytes) return ending;
      const bytes = new TextEncoder().encode(ending.result).byteLength;
      return bytes <= facts.resultBytes ? ending : { type: "result_limit", bytes, limitBytes: facts.resultBytes };
    }
    case "memory_limit":
      return { type: "memory_limit", message: clip(ending.message) };
    case "not_begun":
      // Alone, nothing was before it: that is not its harness's word.
      return { type: "lost", message: "its isolate says that it has not begun" };
    case "result_limit":
      return { type: "result_limit", bytes: ending.bytes, limitBytes: facts.resultBytes };
    case "threw": {
      const stack = ending.stack === null ? null : mapStack(ending.stack, map).text;
      return {
        type: "threw",
        name: ending.name.slice(0, 256).toWellFormed(),
        message: clip(ending.message),
        stack: stack && clip(stack),
        ...(ending.retry !== undefined && { retry: ending.retry }),
      };
    }
  }
}

/**
 * The outcome of a run whose isolate did not report: the call itself failed. The platform says why only in words,
 * so this reads them; what it does not know is `lost`, which is retried.
 */
export function toBrokenOutcome({ error, timedOut, company }: BrokenCall, facts: OutcomeFacts): RunOutcome {
  if (timedOut) return { type: "timeout", limitMs: facts.timeoutMs };
  const message = error instanceof Error ? error.message : String(error);
  // The guest's own making: its words are not the platform's.
  if (error instanceof BadGuestAnswer) return { type: "lost", message: clip(message) };
  if (message.startsWith("Failed to start Worker")) return { type: "load_failed", message: clip(message) };
  // Any of them may have done it. An attempt that comes after this one is called alone.
  if (company > 0) {
    const others = company === 1 ? "another run" : `${company} other runs`;
    return {
      type: "lost",
      message: clip(`its isolate ended while ${others} of the plugin ran in the same call: ${message}`),
    };
  }
  if (/exceeded.*(?:cpu|time limit)|cpu time limit/i.test(message)) {
    return { type: "cpu_limit", limitMs: facts.cpuMs, where: null };
  }
  if (/memory/i.test(message)) return { type: "memory_limit", message: clip(message) };
  if (/too many subrequests/i.test(message)) return { type: "subrequest_limit", limit: facts.subrequests };
  return { type: "lost", message: clip(message) };
}

function clip(text: string): string {
  const cut = text.length <= MAX_ERROR_CHARS ? text : `${text.slice(0, MAX_ERROR_CHARS - 1)}…`;
  return cut.toWellFormed();
}
