// The history's row of a delivery that goes to the dead letters without an attempt that says so.
import type { DeadReason } from "../../schemas/run.ts";
import type { DeliveryRow } from "../store/flush-batch.ts";

/** The row. `attempts` are those it had before. Its last outcome, if it had any, the history knows. */
export function toDeadRow(
  delivery: Pick<DeliveryRow, "attempts" | "createdAt" | "eventId" | "id" | "pluginName" | "projectId" | "versionId">,
  deadReason: DeadReason,
  now: number,
): DeliveryRow {
  return {
    ...delivery,
    state: "dead",
    lastOutcome: null,
    nextAttemptAt: null,
    deadReason,
    settled: null,
    replayOf: null,
    updatedAt: now,
  };
}
