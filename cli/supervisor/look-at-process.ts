// How a process stands at a moment: from /proc on Linux, and elsewhere from `ps`, which is a process for each answer and
// therefore asked once a second at most.
import type { RuntimeSign } from "./judge-runtime.ts";
import { processUsage, type ProcessUsage } from "./process-usage.ts";
import { psUsage } from "./ps-usage.ts";

const PS_EVERY_MS = 1_000;

/** Gives a way to look at one process, on a platform that Node calls so. */
export function lookAtProcess(pid: number | null, platform: NodeJS.Platform): () => Promise<RuntimeSign> {
  let askedAt = -Infinity;
  let asked: Promise<ProcessUsage | null> = Promise.resolve(null);
  const askPs = (): Promise<ProcessUsage | null> => {
    if (pid === null || performance.now() - askedAt < PS_EVERY_MS) return asked;
    askedAt = performance.now();
    asked = psUsage(pid);
    return asked;
  };
  return async () => {
    const usage = await (platform === "linux" ? processUsage(pid) : askPs());
    return {
      atMs: performance.now(),
      cpuMs: usage === null ? null : usage.cpuMicroseconds / 1_000,
      residentBytes: usage?.residentBytes ?? null,
    };
  };
}
