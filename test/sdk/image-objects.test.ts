// boxOf, areaOf and intersectionOverUnion: what is computed of the outlines of image objects.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { areaOf, boxOf, intersectionOverUnion, type Annotation, type Box, type Vertex } from "kili-edge/sdk";

const part = fc.double({ min: 0, max: 1, noNaN: true });
const corners = fc.array(fc.record({ x: part, y: part }), { minLength: 1, maxLength: 12 });
const side = fc.double({ min: 1e-6, max: 1, noNaN: true });
const boxes = fc.record({ x: part, y: part, width: side, height: side });

const outlined = (type: string, ...outlines: readonly (readonly Vertex[])[]): Annotation => ({
  type,
  boundingPoly: outlines.map((normalizedVertices) => ({ normalizedVertices })),
});

const square = (from: number, to: number): Vertex[] => [
  { x: from, y: from },
  { x: to, y: from },
  { x: to, y: to },
  { x: from, y: to },
];

/** Corners of a convex outline: on a circle of radius `radius` in the middle of the image, in order. */
function onCircle(angles: readonly number[], radius: number): Vertex[] {
  const inOrder = angles.toSorted((one, other) => one - other);
  return inOrder.map((angle) => ({ x: 0.5 + radius * Math.cos(angle), y: 0.5 + radius * Math.sin(angle) }));
}

describe("boxOf", () => {
  it.each<[string, Annotation]>([
    ["no outline", {}],
    ["an empty list of outlines", { boundingPoly: [] }],
    ["an outline without corners", outlined("polygon", [])],
  ])("is null of %s", (_, annotation) => {
    expect(boxOf(annotation)).toBeNull();
  });

  it("is around the outer outline, whatever the holes are", () => {
    const box = boxOf(outlined("semantic", square(0.25, 0.75), square(0, 1)));
    expect(box).toEqual({ x: 0.25, y: 0.25, width: 0.5, height: 0.5 });
  });

  it("takes an outline of more corners than a call takes arguments", () => {
    const many = Array.from({ length: 300_000 }, (_, index) => ({ x: index / 300_000, y: 0.5 }));
    expect(boxOf(outlined("semantic", many))).toMatchObject({ x: 0, y: 0.5, height: 0 });
  });

  it("holds each corner, and no box that does is smaller", () => {
    fc.assert(
      fc.property(corners, (outline) => {
        const box = boxOf(outlined("polygon", outline));
        const xs = outline.map(({ x }) => x);
        const ys = outline.map(({ y }) => y);
        expect([box?.x, box?.y]).toEqual([Math.min(...xs), Math.min(...ys)]);
        expect((box?.x ?? NaN) + (box?.width ?? NaN)).toBeCloseTo(Math.max(...xs), 12);
        expect((box?.y ?? NaN) + (box?.height ?? NaN)).toBeCloseTo(Math.max(...ys), 12);
      }),
    );
  });
});

describe("areaOf", () => {
  it.each<[string, Annotation, number]>([
    ["no outline", { type: "polygon" }, 0],
    ["a rectangle without an outline", { type: "rectangle" }, 0],
    ["a line", outlined("polygon", square(0, 1).slice(0, 2)), 0],
    ["a triangle", outlined("polygon", square(0, 1).slice(0, 3)), 0.5],
    [
      "a rectangle of two corners",
      outlined("rectangle", [square(0, 0.5)[0], square(0, 0.5)[2]].filter(isCorner)),
      0.25,
    ],
    ["a rectangle whose corners are crosswise", outlined("rectangle", crosswise(square(0, 0.5))), 0.25],
    ["a mask with a hole", outlined("semantic", square(0, 1), square(0.25, 0.75)), 0.75],
    ["a hole larger than its outline", outlined("semantic", square(0.25, 0.75), square(0, 1)), 0],
  ])("of %s", (_, annotation, area) => {
    expect(areaOf(annotation)).toBe(area);
  });

  it("of a regular polygon is what its formula says", () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 50 }), fc.double({ min: 0.01, max: 0.5, noNaN: true }), (count, radius) => {
        const step = (2 * Math.PI) / count;
        const outline = onCircle(
          Array.from({ length: count }, (_, index) => index * step),
          radius,
        );
        expect(areaOf(outlined("polygon", outline))).toBeCloseTo((count / 2) * radius ** 2 * Math.sin(step), 12);
      }),
    );
  });

  it("is the same from whichever corner and whichever way around, and at most the box's", () => {
    const angles = fc.array(fc.double({ min: 0, max: 6.28, noNaN: true }), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(angles, fc.nat(11), (at, start) => {
        const outline = onCircle(at, 0.5);
        const area = areaOf(outlined("polygon", outline));
        const turned = [...outline.slice(start), ...outline.slice(0, start)];
        expect(areaOf(outlined("polygon", turned))).toBeCloseTo(area, 12);
        expect(areaOf(outlined("polygon", outline.toReversed()))).toBeCloseTo(area, 12);
        expect(area).toBeLessThanOrEqual(areaOf(outlined("rectangle", outline)) + 1e-12);
      }),
    );
  });
});

describe("intersectionOverUnion", () => {
  const box = (x: number, y: number, width: number, height: number): Box => ({ x, y, width, height });

  it.each([
    ["half of each", box(0, 0, 0.5, 0.5), box(0.25, 0, 0.5, 0.5), 1 / 3],
    ["one inside the other", box(0, 0, 1, 1), box(0.25, 0.25, 0.5, 0.5), 0.25],
    ["a common side", box(0, 0, 0.5, 0.5), box(0.5, 0, 0.5, 0.5), 0],
    ["beside each other in one direction only", box(0, 0, 0.25, 1), box(0.5, 0, 0.25, 1), 0],
    ["boxes without area", box(0, 0, 0, 0), box(0, 0, 0, 0), 0],
  ])("%s", (_, one, other, share) => {
    expect(intersectionOverUnion(one, other)).toBeCloseTo(share, 15);
  });

  it("is from 0 to 1, the same both ways, and 1 of a box with itself", () => {
    fc.assert(
      fc.property(boxes, boxes, (one, other) => {
        const share = intersectionOverUnion(one, other);
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
        expect(intersectionOverUnion(other, one)).toBe(share);
        expect(intersectionOverUnion(one, { ...one })).toBe(1);
      }),
    );
  });

  it("of a box and a part of it is the part", () => {
    fc.assert(
      fc.property(boxes, side, side, (whole, width, height) => {
        const inside = { ...whole, width: width * whole.width, height: height * whole.height };
        expect(intersectionOverUnion(whole, inside)).toBeCloseTo(width * height, 12);
      }),
    );
  });
});

function isCorner(corner: Vertex | undefined): corner is Vertex {
  return corner !== undefined;
}

/** Not around the outline, but each row from left to right. */
function crosswise([one, two, three, four]: readonly Vertex[]): Vertex[] {
  return [one, two, four, three].filter(isCorner);
}
