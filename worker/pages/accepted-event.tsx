// An event that is accepted and not in the history yet. Once it is, the same address shows it.
import type { RunUnderWay } from "../../schemas/inbox.ts";
import { Ago } from "./ago.tsx";
import { Empty } from "./empty.tsx";
import { EventHead } from "./event-head.tsx";
import type { AcceptedEvent } from "./find-accepted-event.ts";
import { renderPage } from "./layout.tsx";
import type { PageContext } from "./page-env.ts";
import { UnderWayList } from "./under-way-list.tsx";

/** The history's change says that it has come; while the history is away, nothing does. */
const REFRESH_MS = 2_000;

/** The page, with the event's runs that are under way. */
export function renderAcceptedEvent(
  c: PageContext,
  { id, place, projectId, receivedAt }: AcceptedEvent,
  runs: readonly RunUnderWay[],
): Promise<Response> {
  const { now } = c.var;
  return renderPage(c, {
    title: `Event ${id}`,
    ...(place === "waiting" && { refreshMs: REFRESH_MS }),
    children: (
      <>
        <EventHead id={id} title="Event" />
        <section class="card" id="accepted" data-live>
          <Empty
            title={
              place === "waiting" ? "Accepted, and not in the history yet" : "Accepted, and refused by the history"
            }
          >
            It came <Ago at={receivedAt} now={now} /> from <span class="mono">{projectId}</span>.{" "}
            {place === "waiting"
              ? "Its page is here once its inbox has handed it over."
              : "It is delivered all the same. The host's log says why the database refused it; it is asked again now and then."}
          </Empty>
          {runs.length > 0 && <UnderWayList runs={runs} now={now} />}
        </section>
      </>
    ),
  });
}
