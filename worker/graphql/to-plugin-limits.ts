// What a plugin's runs are held to, and by whom in this deployment. Says it; does not enforce it.
import { isPython } from "../../schemas/is-python.ts";
import type { Manifest } from "../../schemas/manifest.ts";
import { isOnPlatform, maxCpuMs, type Env } from "../env.ts";
import { HOST_MAX, MAX_PYTHON_HEAP_BYTES, MAX_RESULT_BYTES } from "../limits.ts";

export type LimitEnforcer = "platform" | "meter" | "host" | "not_enforced_here";

export interface PluginLimit {
  readonly name: string;
  readonly unit: string;
  readonly declared: number | null;
  readonly effective: number;
  readonly enforcer: LimitEnforcer;
}

/** The platform's cap on the memory of one isolate. */
const ISOLATE_MEMORY_MB = 128;

/**
 * The limits of a version in the deployment that `env` is of: open-source workerd accepts a memory limit and does not
 * enforce it. What a Python interpreter may hold, the host's own code around it sees to.
 */
export function toPluginLimits(
  { kind, manifest }: { readonly kind: "code" | "webhook"; readonly manifest: Pick<Manifest, "limits" | "main"> },
  env: Pick<Env, "ENVIRONMENT" | "MAX_CPU_MS" | "SUPERVISOR_SECRET">,
): PluginLimit[] {
  const { limits } = manifest;
  const memory = { name: "memory_mb", unit: "MB", declared: null } as const;
  const declaredLimit = (name: keyof Manifest["limits"], unit: string, enforcer: LimitEnforcer): PluginLimit => ({
    name,
    unit,
    declared: limits[name],
    effective: Math.min(limits[name], HOST_MAX[name], name === "cpu_ms" ? maxCpuMs(env) : Infinity),
    enforcer,
  });
  const timeout = declaredLimit("timeout_ms", "ms", "host");
  // Nothing of a webhook runs here that could use more than time.
  if (kind === "webhook") return [timeout];
  return [
    declaredLimit("cpu_ms", "ms", "meter"),
    timeout,
    declaredLimit("subrequests", "calls", "host"),
    declaredLimit("log_lines", "lines", "host"),
    { name: "result_bytes", unit: "bytes", declared: null, effective: MAX_RESULT_BYTES, enforcer: "host" },
    isPython(manifest)
      ? { ...memory, effective: MAX_PYTHON_HEAP_BYTES / 2 ** 20, enforcer: "host" }
      : { ...memory, effective: ISOLATE_MEMORY_MB, enforcer: isOnPlatform(env) ? "platform" : "not_enforced_here" },
  ];
}
