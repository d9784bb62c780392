// A part of an event's payload by itself.
import * as v from "valibot";
import { findByIds } from "../store/find-by-ids.ts";
import { events } from "../store/history-schema.ts";
import { JsonTree } from "./json-tree.tsx";
import { renderPage } from "./layout.tsx";
import { renderMissing } from "./missing.tsx";
import type { PageContext } from "./page-env.ts";
import { eventPath } from "./paths.ts";
import { readPayload } from "./read-payload.ts";

const PlaceSchema = v.pipe(
  v.string(),
  v.maxLength(8_000),
  v.parseJson(),
  v.array(v.union([v.string(), v.number()])),
  v.maxLength(500),
);

/** The address of a part of a payload. */
export function payloadPath(eventId: string, at: readonly (string | number)[], from: number): string {
  const query = new URLSearchParams({ at: JSON.stringify(at), from: String(from) });
  return eventPath(eventId, `/payload?${query.toString()}`);
}

/** Answers `GET /events/:id/payload`. */
export async function showPayload(c: PageContext): Promise<Response> {
  const id = c.req.param("id") ?? "";
  const event = (await findByIds(c.env.DB, events, [id])).get(id);
  if (event === undefined) return renderMissing(c, "event");
  const payload = await readPayload(c, event);
  const at = v.safeParse(PlaceSchema, c.req.query("at") ?? "[]");
  const part = payload.type === "kept" && at.success ? partAt(payload.value, at.output) : undefined;
  if (part === undefined || !at.success) return renderMissing(c, "payload");
  const from = Math.trunc(Number(c.req.query("from")));
  return renderPage(c, {
    title: `Payload of ${event.type}`,
    children: (
      <>
        <div class="page-head">
          <div>
            <p class="crumbs">
              <a href="/events">Events</a> · <a href={eventPath(id)}>{event.type}</a>
            </p>
            <h1>Payload</h1>
            <p class="lead mono">{at.output.length === 0 ? "all of it" : at.output.join(" › ")}</p>
          </div>
        </div>
        <section class="card" aria-label="Payload">
          <div class="card-head">
            <JsonTree
              value={part}
              openDepth={16}
              at={at.output}
              from={from > 0 ? from : 0}
              linkTo={(place, start) => payloadPath(id, place, start)}
            />
          </div>
        </section>
      </>
    ),
  });
}

/** Undefined where there is nothing. Only what is the payload's own counts: a place may be named anything. */
function partAt(value: unknown, at: readonly (string | number)[]): unknown {
  let part = value;
  for (const key of at) {
    if (typeof part !== "object" || part === null || !Object.hasOwn(part, key)) return undefined;
    part = (part as Record<string | number, unknown>)[key];
  }
  return part;
}
