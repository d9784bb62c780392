// What is drawn on a label, as points: boxes, polygons, lines and points of Kili's annotations. Whatever is not what it
// should be is left out, since labels come from outside.

export interface Shape {
  readonly category: string;
  /** Between 0 and 1, from the upper left corner. One point alone is a point. */
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly closed: boolean;
}

const MAX_SHAPES = 300;
const MAX_POINTS = 200;
/** Jobs lie at most this deep in a response: below a frame of a video, below nothing, or in an annotation's children. */
const MAX_DEPTH = 4;

/** The shapes of an event's payload, as many as a picture has room for. */
export function toShapes(payload: unknown): Shape[] {
  const label = fieldOf(fieldOf(payload, "payload"), "label") ?? fieldOf(payload, "label");
  const response = fieldOf(label, "jsonResponse");
  const shapes: Shape[] = [];
  collect(typeof response === "string" ? parse(response) : response, MAX_DEPTH, shapes);
  return shapes;
}

function collect(value: unknown, depth: number, shapes: Shape[]): void {
  if (typeof value !== "object" || value === null || depth === 0) return;
  for (const part of Object.values(value)) {
    if (shapes.length >= MAX_SHAPES) return;
    const annotations = fieldOf(part, "annotations");
    if (!Array.isArray(annotations)) {
      collect(part, depth - 1, shapes);
      continue;
    }
    for (const annotation of annotations.slice(0, MAX_SHAPES - shapes.length)) shapes.push(...toShape(annotation));
  }
}

function toShape(annotation: unknown): Shape[] {
  const [first] = listOf(fieldOf(annotation, "categories"));
  const name = fieldOf(first, "name");
  const category = typeof name === "string" ? name.slice(0, 100) : "?";
  const rings = listOf(fieldOf(annotation, "boundingPoly")).map((ring) =>
    toPoints(fieldOf(ring, "normalizedVertices")),
  );
  const line = toPoints(fieldOf(annotation, "polyline"));
  const point = toPoints([fieldOf(annotation, "point")]);
  return [
    ...rings.map((points) => ({ category, points, closed: true })),
    { category, points: line, closed: false },
    { category, points: point, closed: false },
  ].filter(({ points }) => points.length > 0);
}

function toPoints(value: unknown): Shape["points"] {
  // Rings of segmentations are a list of lists.
  const vertices = listOf(value).flatMap((vertex) => (Array.isArray(vertex) ? (vertex as unknown[]) : [vertex]));
  // A line of thousands of points looks no different with some of them.
  const step = Math.max(1, Math.ceil(vertices.length / MAX_POINTS));
  return vertices.flatMap((vertex, index): (readonly [number, number])[] => {
    const [x, y] = [fieldOf(vertex, "x"), fieldOf(vertex, "y")];
    return index % step === 0 && isPlace(x) && isPlace(y) ? [[x, y]] : [];
  });
}

function isPlace(value: unknown): value is number {
  return typeof value === "number" && value >= -1 && value <= 2;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
