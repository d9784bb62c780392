// Merges the boxes of several labelers into one label: greedy clusters, then averages.
interface Box {
  readonly category: string;
  readonly corners: readonly [number, number, number, number];
}

function overlap(a: Box, b: Box): number {
  const [ax1, ay1, ax2, ay2] = a.corners;
  const [bx1, by1, bx2, by2] = b.corners;
  const shared =
    Math.max(0, Math.min(ax2, bx2) - Math.max(ax1, bx1)) * Math.max(0, Math.min(ay2, by2) - Math.max(ay1, by1));
  return shared / ((ax2 - ax1) * (ay2 - ay1) + (bx2 - bx1) * (by2 - by1) - shared);
}

function merge(labels: readonly (readonly Box[])[]): Box[] {
  const clusters: Box[][] = [];
  for (const box of labels.flat()) {
    const cluster = clusters.find(([first]) => first?.category === box.category && overlap(first, box) > 0.5);
    if (cluster) cluster.push(box);
    else clusters.push([box]);
  }
  return clusters
    .filter((cluster) => cluster.length * 2 > labels.length)
    .map((cluster) => {
      const sums = cluster.reduce((sum, box) => sum.map((value, i) => value + (box.corners[i] ?? 0)), [0, 0, 0, 0]);
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = sums.map((sum) => sum / cluster.length);
      return { category: cluster[0]?.category ?? "", corners: [x1, y1, x2, y2] };
    });
}

export function run(n: number): number {
  const labels = Array.from({ length: 5 }, (_, labeler) =>
    Array.from({ length: 20 }, (_, i): Box => {
      const x = ((i * 13) % 17) / 20 + labeler / 500;
      const y = ((i * 5) % 19) / 20 - labeler / 500;
      return { category: `OBJECT_${i % 3}`, corners: [x, y, x + 0.1, y + 0.12] };
    }),
  );
  let total = 0;
  for (let round = 0; round < n; round += 1) total += merge(labels).length;
  return total;
}
