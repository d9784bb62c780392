// Intersection over union of every pair of boxes: the inner loop of agreement and duplicate rules.
interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function iou(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}

function makeBoxes(count: number): Box[] {
  return Array.from({ length: count }, (_, i) => ({
    x: ((i * 37) % 100) / 100,
    y: ((i * 61) % 100) / 100,
    width: 0.05 + ((i * 17) % 20) / 100,
    height: 0.05 + ((i * 29) % 20) / 100,
  }));
}

export function run(n: number): number {
  let overlapping = 0;
  for (let round = 0; round < n; round += 1) {
    const boxes = makeBoxes(120);
    for (const [i, a] of boxes.entries()) {
      for (const b of boxes.slice(i + 1)) if (iou(a, b) > 0.3) overlapping += 1;
    }
  }
  return overlapping;
}
