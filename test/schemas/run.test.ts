// The contract of how a run ends: what it says to TypeScript, and what it takes from elsewhere.
import * as v from "valibot";
import { describe, expect, expectTypeOf, test } from "vitest";
import { RunOutcomeSchema, type RunOutcome } from "../../schemas/run.ts";

const PLACE = { file: "main.ts", line: 3, column: 5 };
const THREW = { type: "threw", name: "TypeError", message: "no", stack: null } as const;

const OUTCOMES: readonly RunOutcome[] = [
  { type: "ok", result: null },
  { type: "ok", result: "[1]" },
  THREW,
  { ...THREW, stack: "TypeError: no\n    at main.ts:3:5", retry: { type: "after", ms: 0 } },
  { ...THREW, retry: { type: "never" } },
  { type: "cpu_limit", limitMs: 50, where: PLACE },
  { type: "cpu_limit", limitMs: 50, where: null },
  { type: "timeout", limitMs: 1_000 },
  { type: "memory_limit", message: "" },
  { type: "subrequest_limit", limit: 0 },
  { type: "result_limit", bytes: 70_000, limitBytes: 65_536 },
  { type: "load_failed", message: "no" },
  { type: "lost", message: "no" },
];

describe("RunOutcomeSchema", () => {
  test.each(OUTCOMES)("takes %j as it is", (outcome) => {
    expect(v.parse(RunOutcomeSchema, JSON.parse(JSON.stringify(outcome)))).toEqual(outcome);
  });

  test.each([
    null,
    "ok",
    [],
    {},
    { type: "done" },
    { type: "ok" },
    { type: "ok", result: 1 },
    { ...THREW, message: undefined },
    { ...THREW, retry: { type: "after" } },
    { ...THREW, retry: { type: "after", ms: -1 } },
    { ...THREW, retry: { type: "after", ms: 1e300 } },
    { ...THREW, retry: { type: "soon" } },
    { type: "cpu_limit", limitMs: 50 },
    { type: "cpu_limit", limitMs: 50, where: { file: "main.ts" } },
    { type: "timeout", limitMs: "1000" },
    { type: "timeout", limitMs: NaN },
  ])("refuses %j", (value) => {
    expect(v.is(RunOutcomeSchema, value)).toBe(false);
  });

  test("is a closed union that nobody writes to", () => {
    expectTypeOf<RunOutcome["type"]>().toEqualTypeOf<
      | ("ok" | "threw" | "cpu_limit" | "timeout" | "memory_limit")
      | ("subrequest_limit" | "result_limit" | "load_failed" | "lost")
    >();
    expectTypeOf<Extract<RunOutcome, { type: "ok" }>>().toEqualTypeOf<{
      readonly type: "ok";
      readonly result: string | null;
    }>();
    expectTypeOf<Extract<RunOutcome, { type: "threw" }>>().toEqualTypeOf<{
      readonly type: "threw";
      readonly name: string;
      readonly message: string;
      readonly stack: string | null;
      readonly retry?: { readonly type: "after"; readonly ms: number } | { readonly type: "never" } | undefined;
    }>();
    expectTypeOf<Extract<RunOutcome, { type: "cpu_limit" }>>().toEqualTypeOf<{
      readonly type: "cpu_limit";
      readonly limitMs: number;
      readonly where: { readonly file: string; readonly line: number; readonly column: number } | null;
    }>();
  });
});
