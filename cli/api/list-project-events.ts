// The events of a project that a host has the history of, newest first. Asks page by page; knows nothing of payloads.
import * as v from "valibot";
import { ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { queryApi } from "./query-api.ts";
import type { HostAccess } from "./register-plugin.ts";

const PAGE_SIZE = 500;

const EventsSchema = v.object({
  events: v.array(v.object({ id: v.string(), type: v.string(), receivedAt: v.string() })),
});
const EVENTS = `query Events($projectId: ID!, $first: PageSize!, $skip: Int!) {
  events(projectId: $projectId, first: $first, skip: $skip) { id type receivedAt }
}`;

export interface EventFilter {
  readonly projectId: string;
  /** ISO 8601. */
  readonly since: string;
  /** Null: of any type. */
  readonly types: readonly string[] | null;
  readonly limit: number;
}

/** The newest events that the filter means, the oldest of them first. */
export async function listProjectEvents(
  host: HostAccess,
  { limit, projectId, since, types }: EventFilter,
): Promise<Result<string[], CliFailure>> {
  const found = new Set<string>();
  for (let skip = 0; ; skip += PAGE_SIZE) {
    const page = await queryApi(host, EventsSchema, EVENTS, { projectId, first: PAGE_SIZE, skip });
    if (!page.ok) return page;
    const { events } = page.value;
    for (const { id, type, receivedAt } of events) {
      const isMeant = Date.parse(receivedAt) >= Date.parse(since) && (types === null || types.includes(type));
      if (isMeant && found.size < limit) found.add(id);
    }
    const last = events.at(-1);
    const isOver = last === undefined || events.length < PAGE_SIZE || Date.parse(last.receivedAt) < Date.parse(since);
    if (isOver || found.size >= limit) return ok([...found].toReversed());
  }
}
