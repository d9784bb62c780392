// Counts classes per asset with Map and Set, and finds where labelers disagree.
export function run(n: number): number {
  let disagreements = 0;
  for (let round = 0; round < n; round += 1) {
    const counts = new Map<string, Map<string, number>>();
    const authors = new Map<string, Set<string>>();
    for (let i = 0; i < 2000; i += 1) {
      const asset = `asset-${i % 50}`;
      const category = `OBJECT_${(i * 7) % 5}`;
      let ofAsset = counts.get(asset);
      if (!ofAsset) counts.set(asset, (ofAsset = new Map<string, number>()));
      ofAsset.set(category, (ofAsset.get(category) ?? 0) + 1);
      const seen = authors.get(asset) ?? new Set();
      authors.set(asset, seen.add(`labeler-${(i * 13) % 7}`));
    }
    for (const [asset, ofAsset] of counts) {
      const largest = Math.max(...ofAsset.values());
      if (largest < 12 || (authors.get(asset)?.size ?? 0) > 3) disagreements += 1;
    }
  }
  return disagreements;
}
