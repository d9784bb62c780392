// Parses a label's jsonResponse and walks it, nested jobs included.
interface Annotation {
  readonly mid: string;
  readonly type: string;
  readonly categories: readonly { readonly name: string; readonly confidence?: number }[];
  readonly children: JsonResponse;
  readonly boundingPoly: readonly { readonly normalizedVertices: readonly { x: number; y: number }[] }[];
}
type JsonResponse = { readonly [job: string]: { readonly annotations: readonly Annotation[] } };

function makeResponse(count: number, depth: number): JsonResponse {
  const annotations = Array.from({ length: count }, (_, i) => ({
    mid: `2026${i}${depth}`,
    type: "rectangle",
    categories: [{ name: `OBJECT_${i % 4}`, confidence: i % 100 }],
    children: depth > 0 ? makeResponse(2, depth - 1) : {},
    boundingPoly: [{ normalizedVertices: [0.1, 0.3, 0.5, 0.7].map((at) => ({ x: at + i / 1000, y: at - i / 1000 })) }],
  }));
  return { [`JOB_${depth}`]: { annotations } };
}

function walk(response: JsonResponse, visit: (annotation: Annotation, job: string) => void): void {
  for (const [job, { annotations }] of Object.entries(response)) {
    for (const annotation of annotations) {
      visit(annotation, job);
      walk(annotation.children, visit);
    }
  }
}

export function run(n: number): number {
  const text = JSON.stringify(makeResponse(60, 2));
  let found = 0;
  for (let round = 0; round < n; round += 1) {
    walk(JSON.parse(text) as JsonResponse, (annotation, job) => {
      if (annotation.categories[0]?.name === "OBJECT_1") found += job.length;
      for (const { normalizedVertices } of annotation.boundingPoly)
        found += normalizedVertices.filter((vertex) => vertex.x > 0.5).length;
    });
  }
  return found;
}
