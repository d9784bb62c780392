// The payload of an event, as far as the reader may see it and the event's inbox still keeps it.
import { holdsRole } from "../../schemas/principal.ts";
import type { EventRow } from "../store/flush-batch.ts";
import type { PageContext } from "./page-env.ts";

export type Payload =
  { readonly type: "kept"; readonly value: unknown } | { readonly type: "not_allowed" } | { readonly type: "not_kept" };

/** Asks the inbox. Payloads are what customers label: as in the API, they take an operator's key. */
export async function readPayload(c: PageContext, event: Pick<EventRow, "id" | "projectId">): Promise<Payload> {
  if (!holdsRole(c.var.principal.role, "operator")) return { type: "not_allowed" };
  const body = await c.env.INBOX.getByName(event.projectId).readEventBody(event.id);
  if (body === null) return { type: "not_kept" };
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  return { type: "kept", value: JSON.parse(text) as unknown };
}
