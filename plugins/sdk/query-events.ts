// kili.events: what happened in a project.
import type { KiliCaller } from "./call-kili.ts";
import type { EventNode } from "./kili-nodes.ts";
import { queryRows, type PageOptions } from "./query-rows.ts";
import type { Rows } from "./rows.ts";
import type { FieldOf, Selected } from "./selected.ts";
import { toWhere } from "./to-where.ts";

/** A field of an event. */
export type EventField = FieldOf<EventNode>;

const DEFAULT_FIELDS = ["createdAt", "event", "id", "payload", "projectId", "userId"] as const;

/** The fields of an event that are read when none are named. */
export type DefaultEventField = (typeof DEFAULT_FIELDS)[number];

/** Which events to read, and what of them. All conditions must hold. Times are ISO 8601. */
export interface EventsQuery<Field extends string = DefaultEventField> extends PageOptions {
  /** The plugin's own project by default. */
  readonly projectId?: string;
  readonly createdAtGte?: string;
  readonly createdAtLte?: string;
  /** The event's name, such as `labels.created.submit`. */
  readonly event?: string;
  readonly userId?: string;
  /** Events after this one. */
  readonly fromEventId?: string;
  /** Events before this one. */
  readonly untilEventId?: string;
  /** By time; oldest first is `asc`. */
  readonly order?: "asc" | "desc";
  /** What to read of each, dotted where it is nested; a few common ones by default. */
  readonly fields?: readonly Field[];
}

const DOCUMENT = (
  selection: string,
): string => `query events($where: EventsWhere!, $pagination: EventPagination!, $order: Order) {
  data: events(where: $where, pagination: $pagination, order: $order) { ${selection} }
}`;

/** Reads events with the fields that were asked for. */
export function queryEvents<Field extends string>(
  caller: KiliCaller,
  query: EventsQuery<Field>,
): Rows<Selected<EventNode, Field>> {
  const { createdAtGte, createdAtLte, event, fromEventId, order = "asc", untilEventId, userId } = query;
  const { projectId = caller.projectId } = query;
  return queryRows(caller, {
    operation: "events",
    toDocument: DOCUMENT,
    toVariables: (page) => ({
      where: toWhere({ projectId, createdAtGte, createdAtLte, event, userId }),
      pagination: toWhere({ ...page, fromEventId, untilEventId }),
      order,
    }),
    fields: query.fields ?? DEFAULT_FIELDS,
    page: query,
  });
}
