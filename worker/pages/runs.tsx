// The list of runs, of one plugin or project or of all.
import { listRuns } from "../store/list-runs.ts";
import { listProjects } from "../store/list-projects.ts";
import { listPlugins } from "../store/list-plugins.ts";
import { Empty } from "./empty.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { renderPage } from "./layout.tsx";
import type { PageContext } from "./page-env.ts";
import { pageOf, Pager } from "./pager.tsx";
import { RunRows } from "./run-rows.tsx";

const RUNS_PER_PAGE = 50;
const OFFERED_PLUGINS = 200;

/** Answers `GET /runs`. */
export async function showRuns(c: PageContext): Promise<Response> {
  const { DB } = c.env;
  const page = pageOf(c, RUNS_PER_PAGE);
  const pluginName = c.req.query("plugin") || null;
  const projectId = c.req.query("project") || null;
  const anyPlugin = { id: null, name: null, projectId: null };
  const [found, plugins, projects] = await Promise.all([
    listRuns(DB, { deliveryId: null, outcome: null, pluginName, projectId }, page.rows),
    listPlugins(DB, anyPlugin, { first: OFFERED_PLUGINS, skip: 0 }),
    listProjects(DB),
  ]);
  return renderPage(c, {
    title: "Runs",
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
