// How long runs took, where that is known.
import { expect, test } from "vitest";
import { formatTook } from "../../worker/pages/format-took.ts";

test.each([
  ["ok", 0, "0 ms"],
  ["ok", 1_200, "1.2 s"],
  ["lost", 1_200, "1.2 s"],
  ["lost", 0, "unknown"],
] as const)("%s in %d ms: %s", (outcomeType, wallMs, text) => {
  expect(formatTook({ outcomeType, wallMs })).toBe(text);
});
