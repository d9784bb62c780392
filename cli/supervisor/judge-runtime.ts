// Whether a runtime that has not answered is frozen or only busy, whether it has grown too large, and whether one that is
// dead was neither. Pure.

export interface RuntimeLimits {
  /** So long may the runtime compute without answering: in CPU time, so that a starved machine does not count. */
  readonly frozenMs: number;
  /** So long may it be silent, whatever it does. */
  readonly silentMs: number;
  readonly maxResidentBytes: number;
}

/** How things stood at a moment. What the system does not tell is null. */
export interface RuntimeSign {
  /** Of a clock that never jumps, in milliseconds. */
  readonly atMs: number;
  readonly cpuMs: number | null;
  readonly residentBytes: number | null;
}

/** What was seen longer ago says nothing about how a runtime died. */
const FRESH_MS = 1_000;

export type RuntimeVerdict =
  | { readonly type: "well" }
  | { readonly type: "frozen"; readonly silentMs: number; readonly cpuMs: number | null }
  | { readonly type: "too_large"; readonly residentBytes: number };

/** `answered` is the last sign of a runtime that answered, `now` the latest. */
export function judgeRuntime(answered: RuntimeSign, now: RuntimeSign, limits: RuntimeLimits): RuntimeVerdict {
  const { residentBytes } = now;
  if (residentBytes !== null && residentBytes > limits.maxResidentBytes) return { type: "too_large", residentBytes };
  const silentMs = now.atMs - answered.atMs;
  const cpuMs = now.cpuMs === null || answered.cpuMs === null ? null : now.cpuMs - answered.cpuMs;
  // Collecting garbage takes several threads: their time alone must not make a busy runtime a frozen one.
  const computed = Math.min(cpuMs ?? silentMs, silentMs);
  if (computed >= limits.frozenMs || silentMs >= limits.silentMs) return { type: "frozen", silentMs, cpuMs };
  return { type: "well" };
}

/**
 * Whether a runtime was well until it died at `diedAtMs`, for all that was seen of it: far from every limit, and of late.
 * Then nothing that ran in it made anybody kill it. Not known is not well.
 */
export function wasWell(answered: RuntimeSign, last: RuntimeSign, diedAtMs: number, limits: RuntimeLimits): boolean {
  const isSmall = last.residentBytes !== null && last.residentBytes < limits.maxResidentBytes / 2;
  return isSmall && diedAtMs - last.atMs < FRESH_MS && diedAtMs - answered.atMs < limits.frozenMs / 2;
}
