// What a plugin's limits are in force: the manifest's, capped by the host's maxima.
import type { Manifest } from "../../schemas/manifest.ts";
import { HOST_MAX } from "../limits.ts";

export interface EffectiveLimits {
  readonly cpuMs: number;
  readonly timeoutMs: number;
  readonly subrequests: number;
  readonly logLines: number;
}

/** The limits a run of this manifest is held to; `maxCpuMs` is the deployment's own cap. */
export function effectiveLimits(limits: Manifest["limits"], maxCpuMs = Infinity): EffectiveLimits {
  return {
    cpuMs: Math.min(limits.cpu_ms, HOST_MAX.cpu_ms, maxCpuMs),
    timeoutMs: Math.min(limits.timeout_ms, HOST_MAX.timeout_ms),
    subrequests: Math.min(limits.subrequests, HOST_MAX.subrequests),
    logLines: Math.min(limits.log_lines, HOST_MAX.log_lines),
  };
}
