import { describe, expect, test } from "vitest";
import type { RunOutcome } from "../../schemas/run.ts";
import { MAX_ERROR_CHARS } from "../../worker/limits.ts";
import { BadGuestAnswer } from "../../worker/execute/guest-answer.ts";
import { parseSourceMap } from "../../worker/execute/parse-source-map.ts";
import { toBrokenOutcome, toOutcome } from "../../worker/execute/to-outcome.ts";

const FACTS = { cpuMs: 100, timeoutMs: 2_000, subrequests: 5, resultBytes: 1_000, overSubrequests: false };
const OVER = { ...FACTS, overSubrequests: true };
const threw = (message: string, stack: string | null = null) =>
  ({ type: "threw", name: "Error", message, stack }) as const;

describe("toOutcome", () => {
  test("what ended well", () => {
    expect(toOutcome({ type: "ok", result: '"done"' }, FACTS, null)).toEqual({ type: "ok", result: '"done"' });
  });

  test("a result over the limit, whatever the guest says of it", () => {
    const limit = { type: "result_limit", limitBytes: 1_000 };
    expect(toOutcome({ type: "result_limit", bytes: 5_000 }, FACTS, null)).toEqual({ ...limit, bytes: 5_000 });
    const claimed = toOutcome({ type: "ok", result: "é".repeat(501) }, FACTS, null);
    expect(claimed).toEqual({ ...limit, bytes: 1_002 });
    expect(toOutcome({ type: "ok", result: "é".repeat(500) }, FACTS, null).type).toBe("ok");
  });

  test("too many calls are final, also where the plugin went on", () => {
    const limit = { type: "subrequest_limit", limit: 5 };
    expect(toOutcome({ type: "ok", result: null }, OVER, null)).toEqual(limit);
    expect(toOutcome(threw("no"), OVER, null)).toEqual(limit);
    expect(toOutcome({ type: "cpu_limit", stack: null }, OVER, null)).toEqual({
      type: "cpu_limit",
      limitMs: 100,
      where: null,
    });
  });

  test("long words are cut between characters", () => {
    const outcome = toOutcome({ ...threw("😀".repeat(MAX_ERROR_CHARS)), name: "😀".repeat(300) }, FACTS, null);
    if (outcome.type !== "threw") throw new Error(outcome.type);
    for (const text of [outcome.message, outcome.name]) expect(text.isWellFormed()).toBe(true);
    expect(outcome.message.length).toBeLessThanOrEqual(MAX_ERROR_CHARS);
    expect(outcome.name.length).toBeLessThanOrEqual(256);
  });

  test("a stack of any size is soon read", () => {
    const stack = `Error: big\n${"    at deep (plugin.js:1:1)\n".repeat(250_000)}`;
    const map = parseSourceMap('{"version":3,"sources":["main.ts"],"names":[],"mappings":"AAAA"}');
    const outcome = toOutcome(threw("big", stack), FACTS, map);
    if (outcome.type !== "threw") throw new Error(outcome.type);
    expect(outcome.stack).toMatch(/^Error: big\n {4}at deep \(main\.ts:1:1\)\n/);
    expect(outcome.stack?.length).toBeLessThanOrEqual(MAX_ERROR_CHARS);
  });
});

describe("toBrokenOutcome", () => {
  const broken = (error: unknown, facts: { readonly timedOut?: boolean; readonly company?: number } = {}) =>
    ({ type: "broken", error, timedOut: false, company: 0, ...facts }) as const;

  test.each<[string, RunOutcome["type"]]>([
    ["Failed to start Worker:\nUncaught SyntaxError: Unexpected token", "load_failed"],
    ["Worker exceeded CPU time limit.", "cpu_limit"],
    ["Worker exceeded memory limit.", "memory_limit"],
    ["Too many subrequests.", "subrequest_limit"],
    ["Network connection lost.", "lost"],
    ["internal error; reference = abc", "lost"],
    ["", "lost"],
  ])("%j", (message, type) => {
    expect(toBrokenOutcome(broken(new Error(message)), FACTS).type).toBe(type);
  });

  test("after its time, whatever the call failed with", () => {
    const limit = { type: "timeout", limitMs: 2_000 };
    expect(
      toBrokenOutcome(broken(new DOMException("The operation was aborted", "AbortError"), { timedOut: true }), FACTS),
    ).toEqual(limit);
    expect(toBrokenOutcome(broken(new Error("Worker exceeded memory limit."), { timedOut: true }), FACTS)).toEqual(
      limit,
    );
  });

  test.each([
    ["Worker exceeded CPU time limit.", 1, "another run"],
    ["Worker exceeded memory limit.", 2, "2 other runs"],
    ["Too many subrequests.", 15, "15 other runs"],
  ])("%j of a call of several is nobody's in particular", (words, company, others) => {
    expect(toBrokenOutcome(broken(new Error(words), { company }), FACTS)).toEqual({
      type: "lost",
      message: `its isolate ended while ${others} of the plugin ran in the same call: ${words}`,
    });
  });

  test("a version that does not load is at fault, however many runs it was to do", () => {
    const error = new Error("Failed to start Worker:\nUncaught SyntaxError: Unexpected token");
    expect(toBrokenOutcome(broken(error, { company: 3 }), FACTS).type).toBe("load_failed");
  });

  test("an answer of the guest's own making is not taken for the platform's words", () => {
    const error = new BadGuestAnswer("answer is not a report: received Failed to start Worker, exceeded memory");
    expect(toBrokenOutcome(broken(error), FACTS).type).toBe("lost");
  });

  test.each([null, undefined, "text", 7, {}])("what is thrown may be %j", (thrown) => {
    expect(toBrokenOutcome(broken(thrown), FACTS).type).toBe("lost");
  });
});
