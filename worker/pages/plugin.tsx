// One plugin: how it stands, where it runs, what it may do, what it did.
import { toPluginLimits } from "../graphql/to-plugin-limits.ts";
import { findPlugin } from "../store/find-plugin.ts";
import { listActivations } from "../store/list-activations.ts";
import { listAudit } from "../store/list-audit.ts";
import { listBuildErrors } from "../store/list-build-errors.ts";
import { listPauses } from "../store/list-pauses.ts";
import { listProjects } from "../store/list-projects.ts";
import { listRuns } from "../store/list-runs.ts";
import { listVersions } from "../store/list-versions.ts";
import { ActivityCharts } from "./activity-charts.tsx";
import { Activations } from "./activations.tsx";
import { BuildErrors } from "./build-errors.tsx";
import { ChangeList } from "./change-list.tsx";
import { chartRange } from "./chart-range.ts";
import { Empty } from "./empty.tsx";
import { renderPage } from "./layout.tsx";
import { renderMissing } from "./missing.tsx";
import type { PageContext } from "./page-env.ts";
import { pluginPath } from "./paths.ts";
import { PauseList } from "./pause-list.tsx";
import { Permissions } from "./permissions.tsx";
import { PluginPill } from "./plugin-pill.tsx";
import { readActivity } from "./read-activity.ts";
import { RunRows } from "./run-rows.tsx";
import { Versions } from "./versions.tsx";

const SHOWN_RUNS = 12;
const SHOWN_AUDIT = 15;
const SHOWN_VERSIONS = 20;
const SHOWN_PROBLEMS = 50;
const SHOWN_PAUSES = 50;

/** Answers `GET /plugins/:name`. */
export async function showPlugin(c: PageContext): Promise<Response> {
  const { DB } = c.env;
  const { now, principal } = c.var;
  const plugin = await findPlugin(DB, c.req.param("name") ?? "");
  if (plugin === null) return renderMissing(c, "plugin");
  const { id, name } = plugin;
  const path = pluginPath(name);
  const range = chartRange(c.req.query("range"));
  const noFilter = { deliveryId: null, projectId: null, outcome: null };
  const [versions, activations, projects, problems, runs, audit, pauses, activity] = await Promise.all([
    listVersions(DB, [id], { first: SHOWN_VERSIONS, skip: 0 }),
    listActivations(DB, [id]),
    listProjects(DB),
    listBuildErrors(DB, { pluginName: name, since: plugin.createdAt }, { first: SHOWN_PROBLEMS, skip: 0 }),
    listRuns(DB, { ...noFilter, pluginName: name }, { first: SHOWN_RUNS, skip: 0 }),
    listAudit(DB, name, { first: SHOWN_AUDIT, skip: 0 }),
    listPauses(DB, { pluginNames: [name], projectId: null }, { first: SHOWN_PAUSES, skip: 0 }),
    readActivity(DB, { range, pluginName: name, now }),
  ]);
  const current = versions.find((version) => version.id === plugin.versionId);
  const limits = current === undefined ? [] : toPluginLimits(current, c.env);
  return renderPage(c, {
    title: name,
    children: (
      <>
        <div class="page-head" id="head" data-live>
          <div>
            <p class="crumbs">
              <a href="/plugins">Plugins</a>
            </p>
            <h1>
              {name} {current && <span class="muted">{current.version}</span>}
            </h1>
            {current?.manifest.description && <p class="lead">{current.manifest.description}</p>}
          </div>
          <div class="actions">
            <PluginPill status={plugin.status} version={current?.version ?? null} />
          </div>
        </div>
        {plugin.status === "FAILED" && (
          <BuildErrors problems={problems} runningVersion={current?.version ?? null} now={now} />
        )}
        {pauses.length > 0 && (
          <section class="card" id="pauses" data-live aria-labelledby="pauses-title">
            <div class="card-head">
              <h2 id="pauses-title">Held back</h2>
            </div>
            <PauseList pauses={pauses} now={now} role={principal.role} to={path} />
          </section>
        )}
        <ActivityCharts columns={activity.columns} range={range} path={path} withEvents={false} />
        <div class="columns wide">
          <div class="stack">
            <section class="card" id="runs" data-live aria-labelledby="runs-title">
              <div class="card-head">
                <h2 id="runs-title">Latest runs</h2>
                <a href={`/runs?plugin=${encodeURIComponent(name)}`}>All runs</a>
              </div>
              {runs.length === 0 ? (
                <Empty title="It has not run yet">
                  It runs when Kili sends one of its events from a project that it is on for.
                </Empty>
              ) : (
                <RunRows runs={runs} now={now} withPlugin={false} />
              )}
            </section>
            <section class="card" id="audit" data-live aria-labelledby="audit-title">
              <div class="card-head">
                <h2 id="audit-title">Refusals and changes</h2>
              </div>
              <ChangeList rows={audit} now={now} withPlugin={false} />
            </section>
          </div>
          <div class="stack">
            <Activations {...{ pluginName: name, activations, projects, role: principal.role, now }} />
            {current && <Permissions manifest={current.manifest} limits={limits} />}
            <Versions {...{ pluginName: name, versions, currentId: plugin.versionId, role: principal.role, now }} />
            {current && (
              <section class="card" aria-labelledby="manifest-title">
                <div class="card-head">
                  <h2 id="manifest-title">Configuration</h2>
                </div>
                <div class="card-body stack-s">
                  {Object.keys(current.manifest.config).length === 0 ? (
                    <p class="muted">Its manifest has no [config].</p>
                  ) : (
                    <JsonText value={current.manifest.config} />
                  )}
                  <details>
                    <summary>The whole manifest</summary>
                    <JsonText value={current.manifest} />
                  </details>
                </div>
              </section>
            )}
          </div>
        </div>
      </>
    ),
  });
}

function JsonText({ value }: { readonly value: object }) {
  return (
    <pre class="code wrap" tabindex={0}>
      {JSON.stringify(value, null, 2)}
    </pre>
  );
}
