// The area of an image object. Pure.
import { boxOf } from "./box-of.ts";
import type { Annotation, Vertex } from "./label.ts";

/**
 * The part of the image that an object covers, from 0 to 1: the first of its outlines, less the holes that the others
 * are. An outline that crosses itself has no such area, except a rectangle's, whose corners come in any order.
 *
 * @returns 0 where the object has no outline.
 */
export function areaOf(annotation: Pick<Annotation, "boundingPoly" | "type">): number {
  if (annotation.type === "rectangle") {
    const box = boxOf(annotation);
    return box === null ? 0 : box.width * box.height;
  }
  const [outer = 0, ...holes] = (annotation.boundingPoly ?? []).map((poly) => outlineArea(poly.normalizedVertices));
  return Math.max(
    0,
    holes.reduce((left, hole) => left - hole, outer),
  );
}

/** By the shoelace formula, whichever way the corners go around. */
function outlineArea(corners: readonly Vertex[]): number {
  const twice = corners.reduce((sum, { x, y }, index) => {
    const next = corners[(index + 1) % corners.length] ?? { x, y };
    return sum + x * next.y - next.x * y;
  }, 0);
  return Math.abs(twice) / 2;
}
