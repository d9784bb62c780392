import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LogLine } from "../../schemas/run.ts";
import { MAX_LOG_LINE_CHARS, MAX_RUN_LOG_CHARS } from "../../worker/limits.ts";
import { createRunLog } from "../../worker/execute/run-log.ts";

const NOW = 1_793_527_200_000;
const line = (content: string, at = NOW): LogLine => ({ at, level: "info", content });

describe("createRunLog", () => {
  test("keeps lines in their order", () => {
    const log = createRunLog(10, NOW, () => NOW + 5);
    ["a", "b", ""].forEach((content) => log.keep(line(content)));
    expect(log.lines().map(({ content }) => content)).toEqual(["a", "b", ""]);
  });

  test("keeps as many lines as declared, and says how many more there were", () => {
    const log = createRunLog(2, NOW, () => NOW + 5);
    for (let i = 0; i < 5; i++) log.keep(line(`${i}`));
    log.drop(10);
    const lines = log.lines();
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatchObject({ at: NOW + 5, level: "warning" });
    expect(lines[2]?.content).toMatch(/^13 more log lines were dropped/);
  });

  test("keeps none where none is declared", () => {
    const log = createRunLog(0, NOW, () => NOW + 5);
    log.keep(line("a"));
    expect(log.lines().map(({ level }) => level)).toEqual(["warning"]);
  });

  test.each([Number.NaN, -5, 1e300, Number.POSITIVE_INFINITY, 0.5])(
    "a count of %d from a guest does no harm",
    (count) => {
      const log = createRunLog(2, NOW, () => NOW + 5);
      log.keep(line("a"));
      log.drop(count);
      expect(log.lines()[0]).toEqual(line("a"));
    },
  );

  test.each([-1e300, 0, 1e300, NOW - 1, NOW + 1_000])("a time of %d is brought into the run", (at) => {
    const log = createRunLog(2, NOW, () => NOW + 5);
    log.keep(line("a", at));
    log.keep(line("b", NOW + 3));
    expect(log.lines().map((kept) => kept.at)).toEqual([at < NOW ? NOW : NOW + 5, NOW + 3]);
  });

  test("cuts long lines between characters", () => {
    const log = createRunLog(10, NOW, () => NOW + 5);
    log.keep(line(`${"x".repeat(MAX_LOG_LINE_CHARS - 1)}😀`));
    log.keep(line("\ud83d"));
    for (const { content } of log.lines()) {
      expect(content.length).toBeLessThanOrEqual(MAX_LOG_LINE_CHARS);
      expect(content.isWellFormed()).toBe(true);
    }
  });

  test("holds all of it to the host's size, as it is stored", () => {
    fc.assert(
      fc.property(fc.constantFrom("\u0001", "a", '"', "漢"), fc.integer({ min: 1, max: 9_000 }), (unit, length) => {
        const log = createRunLog(10_000, NOW, () => NOW + 5);
        for (let i = 0; i < 500; i++) log.keep(line(unit.repeat(length)));
        const stored = log
          .lines()
          .slice(0, -1)
          .map(({ content }) => JSON.stringify(content).length);
        expect(stored.reduce((sum, chars) => sum + chars, 0)).toBeLessThanOrEqual(MAX_RUN_LOG_CHARS);
      }),
      { numRuns: 20 },
    );
  });
});
