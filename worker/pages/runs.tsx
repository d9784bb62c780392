// The list of runs, of one plugin or project or of all.
import type { RunUnderWay } from "../../schemas/inbox.ts";
import { listRuns } from "../store/list-runs.ts";
import { listProjects } from "../store/list-projects.ts";
import { listPlugins } from "../store/list-plugins.ts";
import { Empty } from "./empty.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { renderPage } from "./layout.tsx";
import type { PageContext } from "./page-env.ts";
import { pageOf, Pager } from "./pager.tsx";
import { readUnderWay } from "./read-under-way.ts";
import { RunRows } from "./run-rows.tsx";
import { UnderWayList } from "./under-way-list.tsx";

const RUNS_PER_PAGE = 50;
const OFFERED_PLUGINS = 200;
/** What is under way changes without a word in the history. */
const REFRESH_MS = 4_000;

/** Answers `GET /runs`. */
export async function showRuns(c: PageContext): Promise<Response> {
  const { DB } = c.env;
  const page = pageOf(c, RUNS_PER_PAGE);
  const pluginName = c.req.query("plugin") || null;
  const projectId = c.req.query("project") || null;
  const anyPlugin = { id: null, name: null, projectId: null };
  const [found, underWay, plugins, projects] = await Promise.all([
    listRuns(DB, { deliveryId: null, outcome: null, pluginName, projectId }, page.rows),
    page.number === 1 ? readUnderWay(c, projectId) : [],
    listPlugins(DB, anyPlugin, { first: OFFERED_PLUGINS, skip: 0 }),
    listProjects(DB),
  ]);
  return renderPage(c, {
    title: "Runs",
    ...(page.number === 1 && { refreshMs: REFRESH_MS }),
    children: (
      <>
        <div class="page-head">
          <h1>Runs</h1>
        </div>
        <FilterBar
          fields={[
            { name: "plugin", label: "Plugin", value: pluginName, choices: plugins.map(({ name }) => name) },
            { name: "project", label: "Project", value: projectId, choices: projects },
          ]}
        />
        <UnderWay
          runs={underWay.filter((run) => pluginName === null || run.pluginName === pluginName)}
          now={c.var.now}
        />
        <section class="card" id="runs" data-live aria-label="Runs">
          {found.length === 0 ? (
            <Empty title="No runs" />
          ) : (
            <RunRows runs={page.shown(found)} now={c.var.now} withPlugin={pluginName === null} />
          )}
          <Pager c={c} page={page} found={found.length} />
        </section>
      </>
    ),
  });
}

function UnderWay({ runs, now }: { readonly runs: readonly RunUnderWay[]; readonly now: number }) {
  if (runs.length === 0) return null;
  return (
    <section class="card" id="under-way" data-live aria-labelledby="under-way-title">
      <div class="card-head">
        <h2 id="under-way-title">Under way</h2>
      </div>
      <UnderWayList runs={runs} now={now} />
    </section>
  );
}
