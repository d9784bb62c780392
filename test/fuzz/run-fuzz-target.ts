// Throws cases at one door of a host, several at a time, and finds the smallest that it cannot take.
import * as fc from "fast-check";
import type { FuzzHost, FuzzTarget } from "./fuzz-target.ts";

export interface FuzzResult {
  /** Cases that were thrown, at least as many as were asked for unless one was too much. */
  readonly cases: number;
  /** fast-check's words on a failure, with the smallest case; null if there is none. */
  readonly failure: string | null;
}

/** Rounds after which their number is looked at again. */
const ROUNDS = 200;

/** The same seed throws the same cases. */
export async function runFuzzTarget<Case>(
  { cases, together, check }: FuzzTarget<Case>,
  host: FuzzHost,
  wanted: { readonly cases: number; readonly seed: number },
): Promise<FuzzResult> {
  let thrown = 0;
  const round = fc.asyncProperty(fc.array(cases, { minLength: 1, maxLength: together, size: "max" }), async (some) => {
    thrown += some.length;
    await Promise.all(some.map((one) => check(one, host)));
  });
  for (let { seed } = wanted; thrown < wanted.cases; seed += 1) {
    const numRuns = Math.min(ROUNDS, Math.ceil((2 * (wanted.cases - thrown)) / together));
    const details = await fc.check(round, { numRuns, seed });
    if (details.failed) {
      const error = details.errorInstance instanceof Error ? details.errorInstance.message : "";
      return { cases: thrown, failure: `${error}\n${fc.defaultReportMessage(details)}` };
    }
  }
  return { cases: thrown, failure: null };
}
