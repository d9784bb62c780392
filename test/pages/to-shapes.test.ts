import { describe, expect, test } from "vitest";
import { toShapes } from "../../worker/pages/to-shapes.ts";

const box = (category: string) => ({
  categories: [{ name: category }],
  boundingPoly: [
    {
      normalizedVertices: [
        { x: 0.1, y: 0.1 },
        { x: 0.1, y: 0.5 },
        { x: 0.5, y: 0.5 },
      ],
    },
  ],
});
const payload = (jsonResponse: unknown) => ({ payload: { label: { jsonResponse } } });

describe("toShapes", () => {
  test.each([
    ["an object", (response: object) => payload(response)],
    ["JSON text", (response: object) => payload(JSON.stringify(response))],
    ["a bare label", (response: object) => ({ event: "labels.created", label: { jsonResponse: response } })],
    ["frames of a video", (response: object) => payload({ "0": response, "1": {} })],
  ])("finds boxes in a response that is %s", (_, wrap) => {
    const shapes = toShapes(wrap({ JOB_0: { annotations: [box("CAR"), box("BUS")] }, JOB_1: { categories: [] } }));
    expect(shapes.map(({ category, closed, points }) => [category, closed, points.length])).toEqual([
      ["CAR", true, 3],
      ["BUS", true, 3],
    ]);
  });

  test("finds lines, points and the rings of segmentations", () => {
    const annotations = [
      {
        polyline: [
          { x: 0, y: 0 },
          { x: 1, y: 1 },
        ],
      },
      { point: { x: 0.5, y: 0.5 } },
      {
        boundingPoly: [
          {
            normalizedVertices: [
              [
                { x: 0, y: 0 },
                { x: 1, y: 0 },
                { x: 1, y: 1 },
              ],
            ],
          },
        ],
      },
    ];
    const shapes = toShapes(payload({ JOB: { annotations } }));
    expect(shapes.map(({ points, closed }) => [points.length, closed])).toEqual([
      [2, false],
      [1, false],
      [3, true],
    ]);
  });

  test.each([
    null,
    7,
    "text",
    "{",
    [],
    {},
    { JOB: null },
    { JOB: { annotations: "many" } },
    { JOB: { annotations: [null, 1, { boundingPoly: {} }, { boundingPoly: [null] }] } },
    {
      JOB: {
        annotations: [
          {
            boundingPoly: [
              {
                normalizedVertices: [
                  { x: "0", y: null },
                  { x: 1e9, y: 0 },
                ],
              },
            ],
          },
        ],
      },
    },
    { __proto__: { annotations: [box("X")] } },
  ])("finds nothing in %j", (response) => {
    expect(toShapes(payload(response))).toEqual([]);
  });

  test("takes a bounded part of what is there", () => {
    const many = Array.from({ length: 5_000 }, () => box("CAR"));
    expect(toShapes(payload({ JOB: { annotations: many } }))).toHaveLength(300);
    const vertices = Array.from({ length: 100_000 }, (_, index) => ({ x: index / 100_000, y: 0.5 }));
    const [long] = toShapes(payload({ JOB: { annotations: [{ polyline: vertices }] } }));
    expect(long?.points.length).toBeLessThanOrEqual(200);
    let deep: object = { JOB: { annotations: [box("CAR")] } };
    for (let depth = 0; depth < 1_000; depth += 1) deep = { deep };
    expect(toShapes(payload(deep))).toEqual([]);
  });
});
