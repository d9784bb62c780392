// How far two boxes are the same. Pure.
import type { Box } from "./box-of.ts";

/**
 * Intersection over union of two boxes: 1 for the same box, 0 for boxes that share no area.
 *
 * @example
 * ```ts
 * const [one, other] = annotationsOf(label, { type: "rectangle" }).map(boxOf);
 * if (one && other && intersectionOverUnion(one, other) > 0.9) this.logger.warning("drawn twice");
 * ```
 */
export function intersectionOverUnion(one: Box, other: Box): number {
  const width = overlap(one.x, one.width, other.x, other.width);
  const height = overlap(one.y, one.height, other.y, other.height);
  const shared = width * height;
  const union = one.width * one.height + other.width * other.height - shared;
  return union > 0 ? shared / union : 0;
}

/** Only the starts are subtracted, never ends: so the same box is exactly 1, and the order makes no difference. */
function overlap(start: number, length: number, otherStart: number, otherLength: number): number {
  const [first, second] = start <= otherStart ? [length, otherLength] : [otherLength, length];
  return Math.max(0, Math.min(first - Math.abs(otherStart - start), second));
}
