// The floor that rates are divided by, open for load.
import { join } from "node:path";
import { openWorker, type OpenWorker } from "../open-worker.ts";

/** Opens bench/workers/floor.ts. */
export function openFloor(): Promise<OpenWorker> {
  return openWorker(join(import.meta.dirname, "floor.toml"));
}
