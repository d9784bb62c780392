// Sends what waits for a quarantined plugin to the dead letters, where it keeps nobody from anything and can be
// replayed. In steps, so that events are accepted in between.
import { MAX_BURIED_AT_ONCE } from "../limits.ts";
import type { Expected, Journal } from "./journal.ts";
import type { Outbox } from "./outbox.ts";
import { toDeadRow } from "./to-dead-row.ts";

export interface Graveyard {
  readonly journal: Journal;
  readonly outbox: Outbox;
  readonly projectId: string;
  readonly now: number;
}

export interface Burial {
  /** More of the version may be left. */
  readonly more: boolean;
  /** What was behind the buried, of whatever version. */
  readonly freed: readonly Expected[];
}

/** Buries some deliveries of a version that wait, due or not. */
export function buryWaiting(versionId: string, { journal, outbox, projectId, now }: Graveyard): Burial {
  const waiting = journal.listWaiting(versionId, MAX_BURIED_AT_ONCE);
  if (waiting.length === 0) return { more: false, freed: [] };
  const deliveries = waiting.map(({ id, eventId, pluginName, attempts, createdAt }) =>
    toDeadRow({ id, eventId, projectId, pluginName, versionId, attempts, createdAt }, "quarantined", now),
  );
  const freed = journal.atomically(() => {
    outbox.add({ deliveries });
    return journal.bury(waiting);
  });
  return { more: waiting.length === MAX_BURIED_AT_ONCE, freed };
}
