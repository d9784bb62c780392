// Whether a figure is where it should be.
import type { Figure } from "./figure.ts";

/** Null for a figure without a target. */
export function isMet({ value, target }: Figure): boolean | null {
  if (target === null) return null;
  return "atLeast" in target ? value >= target.atLeast : value <= target.atMost;
}
