import { expect, test } from "vitest";
import { parseRetryAfter } from "../../worker/execute/parse-retry-after.ts";

const NOW = Date.UTC(2026, 10, 1, 10);

test.each([
  ["0", 0],
  ["120", 120_000],
  ["Sun, 01 Nov 2026 10:00:30 GMT", 30_000],
  ["Sunday, 01-Nov-26 10:00:30 GMT", 30_000],
])("%s is a wait", (header, ms) => {
  expect(parseRetryAfter(header, NOW)).toBe(ms);
});

test.each([null, "", "-1", "1.5", "soon", "99999999999", "2026-11-01", "Sun, 01 Nov 2026 09:59:59 GMT"])(
  "%s says nothing of use",
  (header) => {
    expect(parseRetryAfter(header, NOW)).toBeNull();
  },
);
