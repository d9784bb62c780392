import * as fc from "fast-check";
import { expect, test } from "vitest";
import { HOST_MAX } from "../../worker/limits.ts";
import { effectiveLimits } from "../../worker/execute/effective-limits.ts";

test("a limit is the manifest's, or the host's where that is less", () => {
  const given = fc.integer({ min: 0, max: 10_000_000 });
  fc.assert(
    fc.property(given, given, given, given, (cpu_ms, timeout_ms, subrequests, log_lines) => {
      expect(effectiveLimits({ cpu_ms, timeout_ms, subrequests, log_lines })).toEqual({
        cpuMs: Math.min(cpu_ms, HOST_MAX.cpu_ms),
        timeoutMs: Math.min(timeout_ms, HOST_MAX.timeout_ms),
        subrequests: Math.min(subrequests, HOST_MAX.subrequests),
        logLines: Math.min(log_lines, HOST_MAX.log_lines),
      });
    }),
  );
});

test("a deployment may allow less CPU time than the host does", () => {
  const limits = { cpu_ms: 10_000, timeout_ms: 1, subrequests: 1, log_lines: 1 };
  expect(effectiveLimits(limits, 2_000).cpuMs).toBe(2_000);
  expect(effectiveLimits({ ...limits, cpu_ms: 100 }, 2_000).cpuMs).toBe(100);
});
