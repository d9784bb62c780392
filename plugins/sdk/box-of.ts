// The box around an image object. Pure.
import type { Annotation } from "./label.ts";

/**
 * A box whose sides are parallel to the image's, in parts of the image's width and height.
 * `x` and `y` are its upper left corner.
 */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The box around an object's outline: of a rectangle the rectangle itself, whichever corner comes first.
 *
 * @returns Null where the object has no outline.
 * @example
 * ```ts
 * const box = boxOf(annotation);
 * if (box !== null && box.width > 0.5) this.logger.warning("wider than half of the image");
 * ```
 */
export function boxOf({ boundingPoly }: Pick<Annotation, "boundingPoly">): Box | null {
  const corners = boundingPoly?.[0]?.normalizedVertices ?? [];
  if (corners.length === 0) return null;
  const [x, right] = rangeOf(corners.map((corner) => corner.x));
  const [y, bottom] = rangeOf(corners.map((corner) => corner.y));
  return { x, y, width: right - x, height: bottom - y };
}

/** Not `Math.min(...values)`: an outline may have more corners than a call may have arguments. */
function rangeOf(values: readonly number[]): [least: number, most: number] {
  return [
    values.reduce((one, other) => Math.min(one, other), Infinity),
    values.reduce((one, other) => Math.max(one, other), -Infinity),
  ];
}
