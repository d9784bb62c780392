// Has Miniflare start workerd through workerd.sh, which ends it should this process be killed. Where there is no
// POSIX shell, or somebody named a workerd of their own, it does nothing.
import { createRequire } from "node:module";
import { join } from "node:path";

/** To be called before Miniflare starts anything; the answer is what it will start. */
export function watchOverWorkerd(root: string): string {
  const chosen = process.env["MINIFLARE_WORKERD_PATH"];
  if (chosen !== undefined) return chosen;
  const { default: workerd } = createRequire(import.meta.resolve("miniflare"))("workerd") as {
    default: string;
  };
  if (process.platform === "win32") return workerd;
  const command = join(root, "cli", "host", "workerd.sh");
  process.env["KILI_EDGE_WORKERD"] = workerd;
  process.env["MINIFLARE_WORKERD_PATH"] = command;
  return command;
}
