// Has Miniflare start workerd through workerd.sh, which ends it should this process be killed. Where there is no
// POSIX shell, or somebody named a workerd of their own, it does nothing.
import { createRequire } from "node:module";
import { join } from "node:path";

/** To be called before Miniflare starts anything. */
export function watchOverWorkerd(root: string): void {
  if (process.env["MINIFLARE_WORKERD_PATH"] !== undefined || process.platform === "win32") return;
  const { default: workerd } = createRequire(import.meta.resolve("miniflare"))("workerd") as {
    default: string;
  };
  process.env["KILI_EDGE_WORKERD"] = workerd;
  process.env["MINIFLARE_WORKERD_PATH"] = join(root, "cli", "host", "workerd.sh");
}
