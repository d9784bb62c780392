import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FlushTimer } from "../../worker/dispatch/flush-timer.ts";
import { FLUSH_WAIT_MS, FULL_FLUSH_RUNS } from "../../worker/limits.ts";

const BUSY_MS = 8 * FLUSH_WAIT_MS;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** How long after it was set a timer begins, if something comes every `everyMs` until `untilMs`. */
async function begunAfter(ms: number, leastMs: number, everyMs = Infinity, untilMs = Infinity): Promise<number[]> {
  const begun: number[] = [];
  const start = Date.now();
  const timer = new FlushTimer(() => begun.push(Date.now() - start));
  timer.set(ms, leastMs);
  for (let at = 0; at < 4 * BUSY_MS; at += 5) {
    if (at % everyMs === 0 && at < untilMs) timer.note(0);
    timer.set(ms, leastMs);
    await vi.advanceTimersByTimeAsync(5);
    if (begun.length > 0) break;
  }
  return begun;
}

describe("FlushTimer", () => {
  test("begins at its time while more comes, and soon once nothing does", async () => {
    expect(await begunAfter(BUSY_MS, 0, 5)).toEqual([BUSY_MS]);
    const [quiet = Infinity] = await begunAfter(BUSY_MS, 0, 5, 0);
    expect(quiet).toBeLessThan(FLUSH_WAIT_MS);
    const [later = Infinity] = await begunAfter(BUSY_MS, 0, 5, 2 * FLUSH_WAIT_MS);
    expect(later).toBeGreaterThan(2 * FLUSH_WAIT_MS);
    expect(later).toBeLessThan(3 * FLUSH_WAIT_MS);
    expect(await begunAfter(FLUSH_WAIT_MS, -5, 5)).toEqual([FLUSH_WAIT_MS]);
  });

  test("begins once a batch is full, and once only", async () => {
    const begun: number[] = [];
    const start = Date.now();
    const timer = new FlushTimer(() => {
      begun.push(Date.now() - start);
      timer.took(FULL_FLUSH_RUNS);
    });
    for (let at = 0; at < 3 * BUSY_MS; at += 5) {
      timer.note(at >= 100 ? 1 : at % 10 === 0 ? FULL_FLUSH_RUNS / 4 : 0);
      timer.set(BUSY_MS, 0);
      await vi.advanceTimersByTimeAsync(5);
    }
    expect(begun.slice(0, 2)).toEqual([30, 70]);
    // Two runs were left over from the rush, and one comes every five milliseconds.
    expect(begun.slice(2).every((at, index) => at - (begun[index + 1] ?? 0) >= BUSY_MS)).toBe(true);
  });

  test("never begins before the database may be asked again, however quiet it is", async () => {
    expect(await begunAfter(BUSY_MS, BUSY_MS - 10)).toEqual([BUSY_MS]);
    expect(await begunAfter(FLUSH_WAIT_MS, BUSY_MS)).toEqual([BUSY_MS]);
    const begun: number[] = [];
    const start = Date.now();
    const timer = new FlushTimer(() => begun.push(Date.now() - start));
    timer.set(FLUSH_WAIT_MS, BUSY_MS);
    timer.note(FULL_FLUSH_RUNS);
    timer.set(FLUSH_WAIT_MS, BUSY_MS);
    await vi.advanceTimersByTimeAsync(2 * BUSY_MS);
    expect(begun).toEqual([BUSY_MS]);
  });
});
