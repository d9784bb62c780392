// Fields of events, deliveries, runs and logs that are not columns of their rows.
import type { DeliveryRow, EventRow, LogRow, RunRow } from "../store/flush-batch.ts";
import type { GraphqlContext } from "./graphql-context.ts";
import { requireRole } from "./require-role.ts";
import { toPage, type PageArguments } from "./to-page.ts";
import { toRunOutcome } from "./to-run-outcome.ts";
import { toRunWrites } from "./to-run-writes.ts";

export const eventFields = {
  payload: async (event: EventRow, _: unknown, { env, principal }: GraphqlContext) => {
    // Customers' data, which a key that reads what became of events need not see.
    requireRole(principal, "operator", "payload");
    const body = await env.INBOX.getByName(event.projectId).readEventBody(event.id);
    return body === null || typeof body === "string" ? body : new TextDecoder().decode(body);
  },
  deliveries: (event: EventRow, args: PageArguments, { loaders }: GraphqlContext) =>
    loaders.eventDeliveries(toPage(args, 100), event.id),
};

export const deliveryFields = {
  event: (delivery: DeliveryRow, _: unknown, { loaders }: GraphqlContext) => loaders.event.load(delivery.eventId),
  runs: (delivery: DeliveryRow, args: PageArguments, { loaders }: GraphqlContext) =>
    loaders.deliveryRuns(toPage(args, 5), delivery.id),
};

export const runFields = {
  outcome: (run: RunRow) => toRunOutcome(run.outcome),
  writes: (run: RunRow) => toRunWrites(run.calls),
  mode: (run: RunRow) => run.mode ?? "live",
  delivery: (run: RunRow, _: unknown, { loaders }: GraphqlContext) => loaders.delivery.load(run.deliveryId),
  version: (run: RunRow, _: unknown, { loaders }: GraphqlContext) => loaders.version.load(run.versionId),
  logs: (run: RunRow, args: PageArguments, { loaders }: GraphqlContext): Promise<LogRow[]> =>
    loaders.runLogs(toPage(args, 100), run.id),
};
