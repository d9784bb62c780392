// What an error says about trying again, under a key that holds across bundles: a plugin and its harness may each have
// a copy of a class, but they share this symbol. The host bounds whatever it says.
import type { RetryAdvice } from "../../schemas/run.ts";

/** Where an error keeps its advice. */
export const RETRY_ADVICE: unique symbol = Symbol.for("kili-edge.retry-advice") as never;

/** The advice of a thrown error; null where it has none, or none that makes sense. */
export function readRetryAdvice(error: Error): RetryAdvice | null {
  const advice = (error as { [RETRY_ADVICE]?: RetryAdvice })[RETRY_ADVICE];
  if (advice?.type === "never") return { type: "never" };
  if (advice?.type !== "after") return null;
  const { ms } = advice;
  return typeof ms === "number" && ms >= 0 && ms <= Number.MAX_SAFE_INTEGER ? { type: "after", ms } : null;
}
