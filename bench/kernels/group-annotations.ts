// Sorts annotations and groups them by category and author.
interface Annotation {
  readonly category: string;
  readonly author: string;
  readonly score: number;
  readonly createdAt: number;
}

function makeAnnotations(count: number): Annotation[] {
  return Array.from({ length: count }, (_, i) => ({
    category: `OBJECT_${(i * 7) % 13}`,
    author: `labeler-${(i * 11) % 9}`,
    score: (i * 7919) % 1000,
    createdAt: 1_790_000_000_000 + ((i * 104_729) % 86_400_000),
  }));
}

export function run(n: number): number {
  const annotations = makeAnnotations(500);
  let total = 0;
  for (let round = 0; round < n; round += 1) {
    const sorted = annotations.toSorted((a, b) => a.createdAt - b.createdAt || b.score - a.score);
    const groups = Object.groupBy(sorted, (annotation) => `${annotation.category}/${annotation.author}`);
    for (const group of Object.values(groups)) {
      const best = group?.reduce((left, right) => (left.score >= right.score ? left : right));
      total += best?.score ?? 0;
    }
    total += sorted.filter(({ score }) => score > 500).map(({ score }) => score * 2).length;
  }
  return total;
}
