// Which plugins' runs may not meet in an isolate.
import { isPython } from "../../schemas/is-python.ts";
import type { Manifest } from "../../schemas/manifest.ts";

/** Whether each run of the plugin has an isolate of its own: an interpreter runs one handler at a time. */
export function runsApart(manifest: Pick<Manifest, "isolation" | "main">): boolean {
  return manifest.isolation === "run" || isPython(manifest);
}
