// What a plugin's modules may take to load, where the harness meters that: what a handler may, whoever computes freezes
// the same thread.
import { PYTHON_LOAD_CPU_MS } from "../limits.ts";

/** CPU time for one load; `maxCpuMs` is the deployment's own cap on that of a run. */
export function loadCpuMs(maxCpuMs = Infinity): number {
  return Math.min(PYTHON_LOAD_CPU_MS, maxCpuMs);
}
