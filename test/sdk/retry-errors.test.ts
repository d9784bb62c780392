// What the errors say that decide about the next attempt, and what comes of errors that others make up.
import { GiveUp, KiliError, RetryLater } from "kili-edge/sdk";
import { describe, expect, expectTypeOf, test } from "vitest";
import { RETRY_ADVICE, readRetryAdvice } from "../../plugins/sdk/retry-advice.ts";

const FAILURE = { operation: "labels", path: null, code: "KiliError", reason: "busy" };

describe("RetryLater", () => {
  test("takes seconds, or a moment; one that has passed is now", () => {
    expect(new RetryLater("busy", { after: 90 })).toMatchObject({
      message: "busy",
      name: "RetryLater",
      retryAfterMs: 90_000,
    });
    expect(new RetryLater("busy", { after: 0 }).retryAfterMs).toBe(0);
    const { retryAfterMs } = new RetryLater("busy", { after: new Date(Date.now() + 60_000) });
    expect(Math.abs(retryAfterMs - 60_000)).toBeLessThan(10_000);
    expect(new RetryLater("busy", { after: new Date(0) }).retryAfterMs).toBe(0);
  });

  test.each([-1, Number.NaN, Infinity, new Date(Number.NaN)])("refuses to wait for %s", (after) => {
    expect(() => new RetryLater("busy", { after })).toThrow(
      /^Cannot retry later: after is .+, wanted seconds or a Date$/,
    );
  });

  test("wants to know for how long, in one of the two forms", () => {
    expectTypeOf(RetryLater).constructorParameters.toEqualTypeOf<
      [message: string, options: { readonly after: number | Date }]
    >();
    expectTypeOf(GiveUp).toBeConstructibleWith("no use", { cause: new Error("why") });
    expectTypeOf(new RetryLater("busy", { after: 1 })).toExtend<Error>();
  });
});

describe("readRetryAdvice", () => {
  test("knows the errors, also from another copy of their class", () => {
    expect(readRetryAdvice(new RetryLater("busy", { after: 1.5 }))).toEqual({ type: "after", ms: 1_500 });
    expect(readRetryAdvice(new GiveUp("no use"))).toEqual({ type: "never" });
    expect(readRetryAdvice(new KiliError({ ...FAILURE, retryAfterMs: 7 }))).toEqual({ type: "after", ms: 7 });
    expect(readRetryAdvice(new KiliError({ ...FAILURE, retryAfterMs: null }))).toBeNull();
    expect(Symbol.keyFor(RETRY_ADVICE)).toBe("kili-edge.retry-advice");
  });

  test.each([
    undefined,
    null,
    7,
    "never",
    {},
    { type: "after" },
    { type: "after", ms: "1" },
    { type: "after", ms: -1 },
  ])("takes %j for no advice", (advice) => {
    expect(readRetryAdvice(Object.assign(new Error("odd"), { [RETRY_ADVICE]: advice }))).toBeNull();
  });
});
