import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RunOutcome } from "../../schemas/run.ts";
import { decideRetry } from "../../worker/dispatch/decide-retry.ts";
import { MAX_RETRY_AFTER_MS, RETRY_BASE_MS, RETRY_MAX_MS } from "../../worker/limits.ts";

const NOW = 1_793_527_200_000;
const THREW = { type: "threw", name: "Error", message: "no", stack: null } as const;
const threw = (name: string): RunOutcome => ({ ...THREW, name });
const MAY_PASS: RunOutcome[] = [threw("Error"), { type: "timeout", limitMs: 1 }, { type: "lost", message: "gone" }];
const NEVER_PASS: RunOutcome[] = [
  threw("NotCapable"),
  { ...THREW, retry: { type: "never" } },
  { type: "cpu_limit", limitMs: 1, where: null },
  { type: "memory_limit", message: "too much" },
  { type: "subrequest_limit", limit: 1 },
  { type: "result_limit", bytes: 2, limitBytes: 1 },
  { type: "load_failed", message: "SyntaxError" },
];

describe("decideRetry", () => {
  test("done after ok, on any attempt", () => {
    expect(decideRetry({ type: "ok", result: null }, 7, 3, NOW, 0.5)).toEqual({ type: "done" });
  });

  test.each(NEVER_PASS)("dead at once after $type", (outcome) => {
    expect(decideRetry(outcome, 1, 100, NOW, 0.5)).toEqual({ type: "dead" });
  });

  test.each(MAY_PASS)("again after $type, dead after the last attempt", (outcome) => {
    expect(decideRetry(outcome, 1, 3, NOW, 0.5)).toEqual({ type: "again", at: NOW + RETRY_BASE_MS / 2 });
    expect(decideRetry(outcome, 2, 3, NOW, 0.5)).toEqual({ type: "again", at: NOW + RETRY_BASE_MS });
    expect(decideRetry(outcome, 3, 3, NOW, 0.5)).toEqual({ type: "dead" });
    expect(decideRetry(outcome, 4, 3, NOW, 0.5)).toEqual({ type: "dead" });
  });

  test("full jitter: anywhere between now and a ceiling that doubles up to its cap", () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), random, fc.constantFrom(...MAY_PASS), (attempt, dice, outcome) => {
        const decided = decideRetry(outcome, attempt, 100, NOW, dice);
        if (decided.type !== "again") throw new Error(decided.type);
        const ceiling = Math.min(RETRY_MAX_MS, RETRY_BASE_MS * 2 ** (attempt - 1));
        expect(Number.isInteger(decided.at)).toBe(true);
        expect(decided.at - NOW).toBeGreaterThanOrEqual(0);
        expect(decided.at - NOW).toBeLessThanOrEqual(ceiling);
        expect(Math.abs(decided.at - NOW - ceiling * dice)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("not before the failure says, by however much backoff says less or more, and not long after", () => {
    for (const ms of [0, 90_000, MAX_RETRY_AFTER_MS]) {
      const outcome: RunOutcome = { ...THREW, retry: { type: "after", ms } };
      for (const attempt of [1, 20]) {
        expect(decideRetry(outcome, attempt, 100, NOW, 0)).toEqual({ type: "again", at: NOW + ms });
        expect(decideRetry(outcome, attempt, 100, NOW, 0.5)).toEqual({
          type: "again",
          at: NOW + ms + RETRY_BASE_MS / 2,
        });
      }
    }
  });

  test("nobody is granted a longer wait than the host's, nor more attempts than the manifest's", () => {
    const outcome: RunOutcome = { ...THREW, retry: { type: "after", ms: Number.MAX_SAFE_INTEGER } };
    expect(decideRetry(outcome, 1, 2, NOW, 0)).toEqual({ type: "again", at: NOW + MAX_RETRY_AFTER_MS });
    expect(decideRetry(outcome, 2, 2, NOW, 0)).toEqual({ type: "dead" });
  });

  test("a delivery gets exactly its attempts", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.constantFrom(...MAY_PASS), (maxAttempts, outcome) => {
        let attempts = 1;
        while (decideRetry(outcome, attempts, maxAttempts, NOW, 0).type === "again") attempts += 1;
        expect(attempts).toBe(maxAttempts);
      }),
    );
  });
});
