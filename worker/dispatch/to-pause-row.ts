// The history's row of how a plugin stands on a project.
import type { Pause } from "../../schemas/pause.ts";
import type { PauseRow } from "../store/flush-batch.ts";

/** The row of what holds a plugin back, or of a plugin that runs again (`pause` null). */
export function toPauseRow(projectId: string, pluginName: string, pause: Pause | null, now: number): PauseRow {
  const standing = pause ?? { state: "closed" as const, reason: "", since: now, until: null };
  const { state, reason, since, until } = standing;
  return { projectId, pluginName, state, reason, since, until, updatedAt: now };
}
