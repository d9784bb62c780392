// When a silent runtime counts as frozen, and when only as busy or starved.
import { describe, expect, it } from "vitest";
import { judgeRuntime, type RuntimeSign } from "../../cli/supervisor/judge-runtime.ts";

const limits = { frozenMs: 4_000, silentMs: 20_000, maxResidentBytes: 1_000 };
const answered: RuntimeSign = { atMs: 1_000, cpuMs: 500, residentBytes: 10 };

function judge(afterMs: number, cpuMs: number | null, residentBytes: number | null = 10) {
  const spent = cpuMs === null ? null : 500 + cpuMs;
  return judgeRuntime(answered, { atMs: 1_000 + afterMs, cpuMs: spent, residentBytes }, limits).type;
}

describe("judgeRuntime", () => {
  it("calls it frozen once it has computed too long without an answer", () => {
    expect(judge(3_999, 3_999)).toBe("well");
    expect(judge(4_000, 4_000)).toBe("frozen");
  });

  it("lets a runtime be that the machine gave no processor", () => {
    expect(judge(19_999, 1_000)).toBe("well");
    expect(judge(20_000, 0)).toBe("frozen");
  });

  it("does not take the time of several threads for a long one", () => {
    expect(judge(2_000, 8_000)).toBe("well");
  });

  it("goes by the clock where the system does not tell CPU time", () => {
    expect(judge(3_999, null)).toBe("well");
    expect(judge(4_000, null)).toBe("frozen");
  });

  it("calls it too large above its memory, answered or not", () => {
    expect(judge(0, 0, 1_000)).toBe("well");
    expect(judge(0, 0, 1_001)).toBe("too_large");
    expect(judge(0, 0, null)).toBe("well");
  });
});
