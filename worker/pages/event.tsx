// One event: what it is, what it was about, and what became of its deliveries.
import { holdsRole } from "../../schemas/principal.ts";
import { findByIds } from "../store/find-by-ids.ts";
import { events } from "../store/history-schema.ts";
import { listDeliveryRuns } from "../store/list-delivery-runs.ts";
import { listEventDeliveries } from "../store/list-event-deliveries.ts";
import { renderAcceptedEvent } from "./accepted-event.tsx";
import { Ago } from "./ago.tsx";
import { DeliverySteps } from "./delivery-steps.tsx";
import { Empty } from "./empty.tsx";
import { EventHead } from "./event-head.tsx";
import { EventPayload } from "./event-payload.tsx";
import { findAcceptedEvent } from "./find-accepted-event.ts";
import { formatBytes } from "./format-bytes.ts";
import { renderPage } from "./layout.tsx";
import { renderMissing } from "./missing.tsx";
import type { PageContext } from "./page-env.ts";
import { readPayload } from "./read-payload.ts";
import { readUnderWay } from "./read-under-way.ts";
import { UnderWayList } from "./under-way-list.tsx";

const SHOWN_DELIVERIES = 50;
const SHOWN_ATTEMPTS = 10;
/** A larger payload is read when somebody asks for it. */
const MAX_INLINE_BYTES = 256 * 1024;

/** Answers `GET /events/:id`. */
export async function showEvent(c: PageContext): Promise<Response> {
  const { DB } = c.env;
  const { now } = c.var;
  const id = c.req.param("id") ?? "";
  const find = async () => (await findByIds(DB, events, [id])).get(id);
  let event = await find();
  if (event === undefined) {
    const accepted = await findAcceptedEvent(c, id);
    if (accepted !== null) {
      const underWay = await readUnderWay(c, accepted.projectId);
      const own = underWay.filter((run) => run.eventId === id);
      return renderAcceptedEvent(c, accepted, own);
    }
    // Its inbox may have handed it over since.
    event = await find();
  }
  if (event === undefined) return renderMissing(c, "event");
  const [deliveries, payload] = await Promise.all([
    listEventDeliveries(DB, [id], { first: SHOWN_DELIVERIES, skip: 0 }),
    event.payloadBytes > MAX_INLINE_BYTES ? null : readPayload(c, event),
  ]);
  const ids = deliveries.map((delivery) => delivery.id);
  const runs = await listDeliveryRuns(DB, ids, { first: SHOWN_ATTEMPTS, skip: 0 });
  const isPending = event.deliveryCount > deliveries.filter(({ state }) => state !== "pending").length;
  const underWay = isPending ? await readUnderWay(c, event.projectId) : [];
  const running = underWay.filter((run) => run.eventId === id);
  const mayReplay = holdsRole(c.var.principal.role, "operator");
  const waiting = event.deliveryCount - deliveries.length;
  return renderPage(c, {
    title: `${event.type} ${id}`,
    children: (
      <>
        <EventHead id={id} title={event.type} />
        <div class="columns wide">
          <div class="stack gap-s" id="deliveries" data-live>
            <h2>Deliveries</h2>
            {event.deliveryCount === 0 && (
              <section class="card">
                <Empty title="No plugin asked for it">
                  A plugin gets an event if it is on for the project and its manifest's events name the type.
                </Empty>
              </section>
            )}
            {running.length > 0 && (
              <section class="card" aria-label="Under way">
                <UnderWayList runs={running} now={now} />
              </section>
            )}
            {deliveries.map((delivery) => (
              <DeliverySteps
                delivery={delivery}
                runs={runs.filter((run) => run.deliveryId === delivery.id)}
                mayReplay={mayReplay}
                now={now}
              />
            ))}
            {waiting > 0 && <p class="muted">{waiting} more have not reached the history yet.</p>}
          </div>
          <div class="stack">
            <section class="card" aria-labelledby="facts-title">
              <div class="card-head">
                <h2 id="facts-title">Facts</h2>
              </div>
              <dl class="facts card-body">
                <dt>Received</dt>
                <dd>
                  <Ago at={event.receivedAt} now={now} />
                </dd>
                <dt>Project</dt>
                <dd class="mono">
                  <a href={`/events?project=${encodeURIComponent(event.projectId)}`}>{event.projectId}</a>
                </dd>
                <MaybeFact name="Asset" value={event.assetId} />
                <MaybeFact name="Label" value={event.labelId} />
                <MaybeFact name="Kili's run id" value={event.kiliRunId} />
                <dt>Size</dt>
                <dd>{formatBytes(event.payloadBytes)}</dd>
              </dl>
            </section>
            <EventPayload eventId={id} bytes={event.payloadBytes} payload={payload} />
          </div>
        </div>
      </>
    ),
  });
}

function MaybeFact({ name, value }: { readonly name: string; readonly value: string | null }) {
  if (value === null) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd class="mono">{value}</dd>
    </>
  );
}
