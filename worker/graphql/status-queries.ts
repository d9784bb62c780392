// How the host is doing, and what it is set to. Asking costs a call to each inbox that is busy: once an operation.
import type { HostStatus, InboxStanding } from "../../schemas/host-status.ts";
import { retentionDays } from "../retention-days.ts";
import type { GraphqlContext } from "./graphql-context.ts";

const asked = new WeakMap<GraphqlContext, Promise<HostStatus>>();

export const statusQueries = {
  status: async (_: unknown, __: unknown, context: GraphqlContext) => {
    const asking = asked.get(context) ?? context.readHostStatus(context.env, context.now());
    asked.set(context, asking);
    const { database, inboxes, silent } = await asking;
    return {
      ...database,
      databaseBytes: database.bytes,
      pendingDeliveries: inboxes.reduce((sum, inbox) => sum + inbox.pendingDeliveries, 0),
      oldestPendingAt: earliest(inboxes, (inbox) => inbox.oldestPendingAt),
      oldestUnflushedAt: earliest(inboxes, (inbox) => inbox.oldestUnflushedAt),
      inboxes,
      silentProjects: silent,
    };
  },

  settings: (_: unknown, __: unknown, { env }: GraphqlContext) => ({ retention: retentionDays(env) }),
};

function earliest(inboxes: readonly InboxStanding[], of: (inbox: InboxStanding) => number | null): number | null {
  const times = inboxes.map(of).filter((at) => at !== null);
  return times.length === 0 ? null : Math.min(...times);
}
