// Boxes for labels in tests.
import type { Annotation } from "kili-edge/sdk";

/** A box with its lower left corner at the origin. */
export function box(mid: string, category: string, width = 0.1, height = 0.1): Annotation {
  const corners = [
    { x: 0, y: height },
    { x: 0, y: 0 },
    { x: width, y: 0 },
    { x: width, y: height },
  ];
  return {
    mid,
    type: "rectangle",
    categories: [{ name: category }],
    children: {},
    boundingPoly: [{ normalizedVertices: corners }],
  };
}
