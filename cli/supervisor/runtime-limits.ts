// What a supervised runtime is held to unless the command line says otherwise.
import { totalmem } from "node:os";
import type { RuntimeLimits } from "./judge-runtime.ts";

/** With the time it takes to look and to start again, a host is back within five seconds. */
const FROZEN_SECONDS = 4;
/** A runtime that waits instead of computing may just not be given a processor. */
const SILENT_MS = 20_000;
/** Of what this process may use: what is left is for the system's own caches and for whoever starts it again. */
const MEMORY_SHARE = 0.6;

export interface RuntimeFlags {
  readonly maxMemoryMb?: number;
  readonly frozenSeconds?: number;
}

/** The limits, as far as the flags leave them open. */
export function runtimeLimits({ maxMemoryMb, frozenSeconds = FROZEN_SECONDS }: RuntimeFlags): RuntimeLimits {
  // A container's limit; 0 or more than there is where none is set.
  const constrained = process.constrainedMemory();
  const available = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
  const maxResidentBytes = maxMemoryMb === undefined ? available * MEMORY_SHARE : maxMemoryMb * 1024 * 1024;
  const frozenMs = frozenSeconds * 1_000;
  return { frozenMs, silentMs: Math.max(SILENT_MS, 2 * frozenMs), maxResidentBytes };
}
