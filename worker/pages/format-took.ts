// How long a run took, as people say it.
import { isTimed } from "../../schemas/is-timed.ts";
import type { RunRow } from "../store/flush-batch.ts";
import { formatDuration } from "./format-duration.ts";

/** Its duration; "unknown" for one that was lost with its process, which nobody timed. */
export function formatTook({ outcomeType, wallMs }: Pick<RunRow, "outcomeType" | "wallMs">): string {
  return isTimed({ outcome: outcomeType, wallMs }) ? formatDuration(wallMs) : "unknown";
}
