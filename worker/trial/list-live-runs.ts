// What the version that was live did with events, as the history has it.
import type { TriedRun } from "../../schemas/trial.ts";
import { listDeliveryRuns } from "../store/list-delivery-runs.ts";
import { listEventDeliveries } from "../store/list-event-deliveries.ts";
import { toTriedRun } from "./to-tried-run.ts";

/** Deliveries of an event, and attempts of a delivery, that are looked at. */
const PAGE = { first: 100, skip: 0 };

/** By event: the end of the plugin's latest delivery of it, with the writes of all of its attempts. */
export async function listLiveRuns(
  db: D1Database,
  pluginName: string,
  eventIds: readonly string[],
): Promise<ReadonlyMap<string, TriedRun>> {
  const latest = new Map<string, { readonly id: string; readonly createdAt: number }>();
  for (const delivery of await listEventDeliveries(db, eventIds, PAGE)) {
    const before = latest.get(delivery.eventId);
    if (delivery.pluginName === pluginName && delivery.attempts > 0 && delivery.createdAt >= (before?.createdAt ?? 0))
      latest.set(delivery.eventId, delivery);
  }
  const runs = await listDeliveryRuns(
    db,
    [...latest.values()].map(({ id }) => id),
    PAGE,
  );
  const byEvent = Map.groupBy(runs, ({ eventId }) => eventId);
  return new Map(
    [...byEvent].flatMap(([eventId, attempts]) => {
      const last = attempts.at(-1);
      if (last === undefined) return [];
      return [
        [
          eventId,
          toTriedRun(
            last.outcome,
            last.wallMs,
            attempts.flatMap(({ calls }) => calls),
          ),
        ] as const,
      ];
    }),
  );
}
