// What is left to do in an inbox, as its own SQLite has it. Reads, and changes nothing.
import type { InboxStatus } from "../../schemas/inbox.ts";
import { MAX_STATUS_PLUGINS } from "../limits.ts";
import { LIVE } from "./journal-tables.ts";

/** Named by their states, so that the dead, who may be many, are not read. */
const BY_PLUGIN = `
SELECT plugin AS pluginName, COUNT(*) AS deliveries, MIN(created_at) AS oldestAt FROM delivery
WHERE state IN ${LIVE} GROUP BY plugin ORDER BY deliveries DESC, plugin`;
const UNFLUSHED_RUNS = "SELECT COUNT(*) AS n FROM finished";
const OLDEST_RUN = "SELECT rows ->> '$.deliveries[0].updatedAt' AS at FROM finished ORDER BY seq LIMIT 1";
const OLDEST_EVENT = "SELECT received_at AS at FROM unstored ORDER BY event_seq LIMIT 1";

/** The standing of the inbox that owns `storage`, but for what only its memory knows. */
export function readStanding({ sql }: DurableObjectStorage): Omit<InboxStatus, "backlog" | "runsInFlight"> {
  const oldest = (query: string): number | null => sql.exec<{ at: number | null }>(query).toArray()[0]?.at ?? null;
  const plugins = sql.exec<{ pluginName: string; deliveries: number; oldestAt: number }>(BY_PLUGIN).toArray();
  return {
    pendingDeliveries: plugins.reduce((sum, { deliveries }) => sum + deliveries, 0),
    oldestPendingAt: earliest(plugins.map(({ oldestAt }) => oldestAt)),
    pendingByPlugin: plugins.slice(0, MAX_STATUS_PLUGINS),
    unflushedRuns: sql.exec<{ n: number }>(UNFLUSHED_RUNS).one().n,
    oldestUnflushedAt: earliest([oldest(OLDEST_RUN), oldest(OLDEST_EVENT)]),
    setAside: sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM set_aside").one().n,
    journalBytes: sql.databaseSize,
  };
}

function earliest(times: readonly (number | null)[]): number | null {
  return times.reduce((first, at) => (first === null || (at !== null && at < first) ? at : first), null);
}
