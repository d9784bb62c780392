// Area, perimeter and bounding box of segmentation polygons.
interface Vertex {
  readonly x: number;
  readonly y: number;
}

function area(polygon: readonly Vertex[]): number {
  let doubled = 0;
  for (let i = 0; i < polygon.length; i += 1) {
    const a = polygon[i];
    const b = polygon[(i + 1) % polygon.length];
    if (a && b) doubled += a.x * b.y - b.x * a.y;
  }
  return Math.abs(doubled) / 2;
}

function perimeter(polygon: readonly Vertex[]): number {
  return polygon.reduce((sum, a, i) => {
    const b = polygon[(i + 1) % polygon.length] ?? a;
    return sum + Math.hypot(b.x - a.x, b.y - a.y);
  }, 0);
}

function boundingBoxArea(polygon: readonly Vertex[]): number {
  const xs = polygon.map((vertex) => vertex.x);
  const ys = polygon.map((vertex) => vertex.y);
  return (Math.max(...xs) - Math.min(...xs)) * (Math.max(...ys) - Math.min(...ys));
}

export function run(n: number): number {
  let total = 0;
  for (let round = 0; round < n; round += 1) {
    for (let p = 0; p < 40; p += 1) {
      const polygon = Array.from({ length: 64 }, (_, i) => ({
        x: 0.5 + 0.4 * Math.cos((i / 64) * 2 * Math.PI) * (1 + (p % 7) / 20),
        y: 0.5 + 0.4 * Math.sin((i / 64) * 2 * Math.PI),
      }));
      total += area(polygon) / boundingBoxArea(polygon) + perimeter(polygon);
    }
  }
  return total;
}
