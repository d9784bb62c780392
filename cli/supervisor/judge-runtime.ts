// Whether a runtime that has not answered is frozen or only busy, and whether it has grown too large. Pure.

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
