// Deliveries that go to the dead letters with their event, before any attempt: the history's rows of them.
import type { DeliveryRow } from "../store/flush-batch.ts";
import type { NewEvent } from "./journal.ts";
import { toDeadRow } from "./to-dead-row.ts";

/** The rows of an event's deliveries that are dead as they arrive. */
export function deadOnArrival({ facts, deliveries }: NewEvent, projectId: string): DeliveryRow[] {
  const { id: eventId, receivedAt } = facts;
  return deliveries.flatMap(({ id, pluginName, versionId, dead }) =>
    dead === null
      ? []
      : [
          toDeadRow(
            { id, eventId, projectId, pluginName, versionId, attempts: 0, createdAt: receivedAt },
            dead,
            receivedAt,
          ),
        ],
  );
}
