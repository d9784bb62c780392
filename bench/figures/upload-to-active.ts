// From an upload's first byte to a plugin that is ACTIVE: a TypeScript plugin's sources, built inside the Worker, over
// the public API as Kili's SDK uses it.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pushPlugin } from "../../cli/api/push-plugin.ts";
import { writeZip } from "../../cli/api/write-zip.ts";
import type { BenchOptions, Figure } from "../figure.ts";
import { median } from "../median.ts";
import { ADMIN_API_KEY, openBenchHost } from "../open-bench-host.ts";
import { ROOT } from "../open-worker.ts";
import { valueOf } from "../value-of.ts";

const TIMEOUT_MS = 60_000;

/** Measures uploads of new plugins, one after the other. The first one loads the builder. */
export async function measureUploadToActive({ short }: BenchOptions): Promise<readonly Figure[]> {
  const folder = join(ROOT, "plugins", "bbox-count");
  const [manifest, source] = await Promise.all([
    readFile(join(folder, "plugin.toml"), "utf8"),
    readFile(join(folder, "main.ts"), "utf8"),
  ]);
  const host = await openBenchHost([]);
  try {
    const times: number[] = [];
    for (let upload = 0; upload < (short ? 3 : 30); upload += 1) {
      const name = `upload-${upload}`;
      const files = [
        ["plugin.toml", manifest.replace('name = "bbox-count"', `name = "${name}"`)],
        ["main.ts", source],
      ] as const;
      const archive = await writeZip(files);
      const start = performance.now();
      const access = { url: host.url, adminKey: ADMIN_API_KEY, fetch };
      const pushed = valueOf(await pushPlugin(access, { name, version: "1.0.0", archive }, TIMEOUT_MS));
      if (pushed.status !== "ACTIVE") throw new Error(`Cannot measure uploads: ${pushed.message}`);
      times.push(performance.now() - start);
    }
    const detail = `${times.length} uploads of bbox-count's sources; the first took ${Math.round(times[0] ?? 0)} ms, the slowest ${Math.round(Math.max(...times))} ms`;
    return [
      {
        name: "upload to ACTIVE, p50",
        value: median(times),
        unit: "ms",
        target: { atMost: 2_000 },
        detail,
        rounds: [],
      },
    ];
  } finally {
    await host.close();
  }
}
