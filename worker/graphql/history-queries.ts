// The queries of this host's own: events, deliveries, runs, audit, and one plugin in full.
import type { DeliveryState, OutcomeType } from "../../schemas/run.ts";
import { findPlugin } from "../store/find-plugin.ts";
import { listAudit } from "../store/list-audit.ts";
import { listDeliveries } from "../store/list-deliveries.ts";
import { listEvents } from "../store/list-events.ts";
import { listRuns } from "../store/list-runs.ts";
import type { GraphqlContext } from "./graphql-context.ts";
import { requestError } from "./request-error.ts";
import { toPage, type PageArguments } from "./to-page.ts";

interface ById {
  readonly id: string;
}

interface DeliveriesArguments extends PageArguments {
  readonly where: {
    readonly eventId?: string | null;
    readonly pluginName?: string | null;
    readonly projectId?: string | null;
    readonly state?: DeliveryState | null;
  };
}

interface RunsArguments extends PageArguments {
  readonly where?: {
    readonly deliveryId?: string | null;
    readonly pluginName?: string | null;
    readonly projectId?: string | null;
    readonly outcome?: OutcomeType | null;
  } | null;
}

const DEFAULT_FIRST = 20;

export const historyQueries = {
  plugin: (_: unknown, { name }: { readonly name: string }, { db }: GraphqlContext) => findPlugin(db, name),

  event: (_: unknown, { id }: ById, { loaders }: GraphqlContext) => loaders.event.load(id),

  events: (_: unknown, args: { readonly projectId?: string | null } & PageArguments, { db }: GraphqlContext) =>
    listEvents(db, args.projectId ?? null, toPage(args, DEFAULT_FIRST)),

  delivery: (_: unknown, { id }: ById, { loaders }: GraphqlContext) => loaders.delivery.load(id),

  deliveries: (_: unknown, { where, ...page }: DeliveriesArguments, { db }: GraphqlContext) => {
    const filter = {
      eventId: where.eventId ?? null,
      pluginName: where.pluginName ?? null,
      projectId: where.projectId ?? null,
      state: where.state ?? null,
    };
    const { eventId, pluginName, projectId, state } = filter;
    // Nearly all deliveries are done: a list of them all, in order, would read the whole table.
    if (eventId === null && pluginName === null && projectId === null && (state === null || state === "done")) {
      throw requestError(
        "BAD_USER_INPUT",
        "Cannot list deliveries: the filter is open, wanted eventId, pluginName, projectId, or state pending or dead",
      );
    }
    return listDeliveries(db, filter, toPage(page, DEFAULT_FIRST));
  },

  run: (_: unknown, { id }: ById, { loaders }: GraphqlContext) => loaders.run.load(id),

  runs: (_: unknown, { where, ...page }: RunsArguments, { db }: GraphqlContext) => {
    const filter = {
      deliveryId: where?.deliveryId ?? null,
      pluginName: where?.pluginName ?? null,
      projectId: where?.projectId ?? null,
      outcome: where?.outcome ?? null,
    };
    return listRuns(db, filter, toPage(page, DEFAULT_FIRST));
  },

  audit: (_: unknown, args: { readonly pluginName?: string | null } & PageArguments, { db }: GraphqlContext) =>
    listAudit(db, args.pluginName ?? null, toPage(args, DEFAULT_FIRST)),
};
