// When a silent runtime counts as frozen and when only as busy or starved, and when one that is dead was well.
import { describe, expect, it } from "vitest";
import { judgeRuntime, wasWell, type RuntimeSign } from "../../cli/supervisor/judge-runtime.ts";

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

describe("wasWell", () => {
  const last: RuntimeSign = { atMs: 1_500, cpuMs: 600, residentBytes: 499 };

  it("knows one that was small, and answered and was seen of late", () => {
    expect(wasWell(answered, last, 1_600, limits)).toBe(true);
    expect(wasWell(answered, last, 2_499, limits)).toBe(true);
  });

  it.each([
    ["had grown", { ...last, residentBytes: 500 }, 1_600],
    ["has no known size", { ...last, residentBytes: null }, 1_600],
    ["was last seen long ago", last, 2_500],
    ["had not answered for a while", { ...last, atMs: 2_900 }, 3_000],
  ] as const)("does not know of one that %s", (_, seen, diedAtMs) => {
    expect(wasWell(answered, seen, diedAtMs, limits)).toBe(false);
  });
});
