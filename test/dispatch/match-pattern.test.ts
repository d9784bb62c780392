import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchPattern } from "../../worker/dispatch/match-pattern.ts";

/** The meaning in two lines, exponential: `*` is one segment, or one segment and more of the same. */
function means(pattern: readonly string[], name: readonly string[]): boolean {
  const [first, ...restOfPattern] = pattern;
  const [, ...restOfName] = name;
  if (first === undefined || name.length === 0) return first === undefined && name.length === 0;
  if (first !== "*") return first === name[0] && means(restOfPattern, restOfName);
  return means(restOfPattern, restOfName) || means(pattern, restOfName);
}

describe("matchPattern", () => {
  test.each([
    ["labels.created.submit", "labels.created.submit", true],
    ["labels.created.*", "labels.created.submit", true],
    ["labels.created.*", "labels.created", false],
    ["labels.created.*", "labels.created.submit.twice", true],
    ["labels.*", "labels.created.submit", true],
    ["*", "onSomething", true],
    ["*", "a.b.c", true],
    ["*.created", "created", false],
    ["*.created", "a.b.created", true],
    ["a.*.c", "a.c", false],
    ["a.*.c", "a.b.b.c", true],
    ["a.*.c", "a.c.c", true],
    ["a.*.c.*", "a.b.c", false],
    ["*.*", "a", false],
    ["*.*", "a.b", true],
    ["labels.created.*", "labels.created.", true],
    ["labels", "labels.created", false],
    ["Labels.*", "labels.created", false],
    ["lab*.created", "labels.created", false],
    ["a.b", "a.*", false],
  ])("%s on %s: %s", (pattern, name, expected) => {
    expect(matchPattern(pattern, name)).toBe(expected);
  });

  test("does as its meaning says", () => {
    const segments = (letters: readonly string[]): fc.Arbitrary<string[]> =>
      fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(segments(["a", "b", "*"]), segments(["a", "b", ""]), (pattern, name) => {
        expect(matchPattern(pattern.join("."), name.join("."))).toBe(means(pattern, name));
      }),
      { numRuns: 2_000 },
    );
  });

  test("stars upon stars do not make it slow", () => {
    const pattern = `${"*.a.".repeat(60)}b`;
    expect(matchPattern(pattern, "a.".repeat(2_000))).toBe(false);
  });
});
