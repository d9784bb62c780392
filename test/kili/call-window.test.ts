import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CallWindow } from "../../worker/kili/call-window.ts";

const LIMITS = { calls: 100, windowMs: 1_000, reserve: 0.1 };

describe("CallWindow", () => {
  test("grants up to its limit but for the reserve, and again when the window has passed", () => {
    const window = new CallWindow(LIMITS);
    expect(window.grant("a", 60, 0)).toBe(60);
    expect(window.grant("a", 60, 500)).toBe(30);
    expect(window.grant("a", 1, 999)).toBe(0);
    expect(window.nextFreeAt()).toBe(1_000);
    expect(window.grant("a", 100, 1_000)).toBe(60);
    expect(window.usedBy("a", 1_000)).toBe(90);
  });

  test("what one flow leaves is for those who have used least", () => {
    const window = new CallWindow(LIMITS);
    window.grant("greedy", 100, 0);
    expect(window.grant("late", 8, 1)).toBe(1);
    for (let call = 0; call < 9; call += 1) expect(window.grant("late", 8, 2)).toBe(1);
    expect(window.grant("late", 1, 3)).toBe(0);
    expect(window.usedBy("late", 3)).toBe(10);
  });

  test("a small limit has no reserve to keep", () => {
    const window = new CallWindow({ ...LIMITS, calls: 3 });
    expect(window.grant("a", 9, 0)).toBe(3);
  });

  test("never more than the limit in any window, whoever asks", () => {
    const asks = fc.array(
      fc.record({ flow: fc.constantFrom("a", "b", "c"), want: fc.integer({ min: 1, max: 30 }), after: fc.nat(400) }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(asks, (list) => {
        const window = new CallWindow(LIMITS);
        const granted: { at: number; calls: number }[] = [];
        let now = 0;
        for (const { flow, want, after } of list) {
          now += after;
          granted.push({ at: now, calls: window.grant(flow, want, now) });
        }
        for (const { at } of granted) {
          const within = granted.filter((grant) => grant.at > at - LIMITS.windowMs && grant.at <= at);
          expect(within.reduce((sum, { calls }) => sum + calls, 0)).toBeLessThanOrEqual(LIMITS.calls);
        }
      }),
    );
  });
});
