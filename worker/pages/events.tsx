// The list of events.
import { listProjects } from "../store/list-projects.ts";
import { summarizeEvents } from "../store/summarize-events.ts";
import { Empty } from "./empty.tsx";
import { EventRows } from "./event-rows.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { renderPage } from "./layout.tsx";
import type { PageContext } from "./page-env.ts";
import { pageOf, Pager } from "./pager.tsx";

const EVENTS_PER_PAGE = 50;

/** Answers `GET /events`. */
export async function showEvents(c: PageContext): Promise<Response> {
  const page = pageOf(c, EVENTS_PER_PAGE);
  const projectId = c.req.query("project") || null;
  const [found, projects] = await Promise.all([
    summarizeEvents(c.env.DB, projectId, page.rows),
    listProjects(c.env.DB),
  ]);
  return renderPage(c, {
    title: "Events",
    children: (
      <>
        <div class="page-head">
          <h1>Events</h1>
        </div>
        <FilterBar fields={[{ name: "project", label: "Project", value: projectId, choices: projects }]} />
        <section class="card" id="events" data-live aria-label="Events">
          {found.length === 0 ? (
            <Empty title={projectId === null ? "No events yet" : "No events of this project"}>
              Kili sends them once this host is registered as a webhook: <a href="/settings">Settings</a> says how.
            </Empty>
          ) : (
            <EventRows events={page.shown(found)} now={c.var.now} />
          )}
          <Pager c={c} page={page} found={found.length} />
        </section>
      </>
    ),
  });
}
