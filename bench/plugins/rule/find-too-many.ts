// The rule itself, free of any runtime: the host's plugin and its peers run the same code.

interface Box {
  readonly type?: string;
  readonly categories?: readonly { readonly name: string }[];
}

type JsonResponse = Readonly<Record<string, { readonly annotations?: readonly Box[] } | undefined>>;

/** What is wrong with a label: one sentence for each class that has more than `most` boxes. */
export function findTooMany(jsonResponse: JsonResponse, most: number): string[] {
  const counts = new Map<string, number>();
  for (const job of Object.values(jsonResponse)) {
    for (const box of job?.annotations ?? []) {
      if (box.type !== "rectangle") continue;
      for (const { name } of box.categories ?? []) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  const tooMany = [...counts].filter(([, count]) => count > most);
  return tooMany.map(([name, count]) => `There are too many boxes of ${name}: ${count}, at most ${most} accepted`);
}
