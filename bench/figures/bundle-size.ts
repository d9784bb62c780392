// What a deployment uploads. `npm run check` holds the same budget.
import { join } from "node:path";
import { bundleWorker } from "../../cli/build/bundle-worker.ts";
import type { Figure } from "../figure.ts";
import { ROOT } from "../open-worker.ts";
import { valueOf } from "../value-of.ts";

/** Measures the Worker's bundle. */
export async function measureBundleSize(): Promise<readonly Figure[]> {
  const main = join(ROOT, "worker", "index.ts");
  const { code, gzipBytes } = valueOf(await bundleWorker({ root: ROOT, main, define: {}, sourceMap: false }));
  const detail = `${code.length} characters before compression`;
  return [
    { name: "Worker bundle, gzip", value: gzipBytes, unit: "bytes", target: { atMost: 400_000 }, detail, rounds: [] },
  ];
}
