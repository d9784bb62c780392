// The overview: is all well, and if not, where to look. Failing plugins come first.
import { countDeadLetters } from "../store/count-dead-letters.ts";
import { findOldestPending } from "../store/find-oldest-pending.ts";
import { listChanges } from "../store/list-changes.ts";
import { listPauses } from "../store/list-pauses.ts";
import { summarizePlugins } from "../store/summarize-plugins.ts";
import { ActivityCharts } from "./activity-charts.tsx";
import { ChangeList } from "./change-list.tsx";
import { chartRange } from "./chart-range.ts";
import { filterOf } from "./dead-letters.tsx";
import { Empty } from "./empty.tsx";
import { formatCount } from "./format-count.ts";
import { formatDuration } from "./format-duration.ts";
import { renderPage } from "./layout.tsx";
import type { PageContext } from "./page-env.ts";
import { PauseList } from "./pause-list.tsx";
import { PluginRows } from "./plugin-rows.tsx";
import { byTrouble, isInTrouble } from "./plugin-trouble.ts";
import { readActivity } from "./read-activity.ts";
import { RECENT_RUNS } from "./recent-runs.ts";
import { Stat } from "./stat.tsx";

const SHOWN_PLUGINS = 8;
const SHOWN_CHANGES = 8;
const SHOWN_PAUSES = 20;
/** Among so many plugins those in trouble are looked for. */
const MANY_PLUGINS = 200;

const ANY_DEAD_LETTER = filterOf(() => "");

/** Answers `GET /`. */
export async function showOverview(c: PageContext): Promise<Response> {
  const { DB } = c.env;
  const { now, principal } = c.var;
  const range = chartRange(c.req.query("range"));
  const [activity, plugins, pauses, changes, pending, dead] = await Promise.all([
    readActivity(DB, { range, pluginName: null, now }),
    summarizePlugins(DB, { first: MANY_PLUGINS, skip: 0 }, RECENT_RUNS),
    listPauses(DB, { pluginNames: null, projectId: null }, { first: SHOWN_PAUSES, skip: 0 }),
    listChanges(DB, SHOWN_CHANGES),
    findOldestPending(DB),
    countDeadLetters(DB, ANY_DEAD_LETTER),
  ]);
  const { total } = activity;
  const troubled = plugins.filter(isInTrouble).length;
  return renderPage(c, {
    title: "Overview",
    children: (
      <>
        <div class="page-head">
          <h1>Overview</h1>
          <a class="actions" href="/runs">
            Latest runs
          </a>
        </div>
        <dl class="stats" id="stats" data-live>
          <Stat name="Events" note={`in ${range.words}`}>
            {formatCount(total.events)}
          </Stat>
          <Stat name="Deliveries done" note={total.dead > 0 ? `${formatCount(total.dead)} dead` : "none dead"}>
            {formatCount(total.done)}
          </Stat>
          <Stat name="Run time, p50" note={`p95 ${total.p95 === null ? "–" : formatDuration(total.p95)}`}>
            {total.p50 === null ? "–" : formatDuration(total.p50)}
          </Stat>
          <Stat name="Oldest pending" note={pending === null ? "nothing waits" : pending.pluginName}>
            {pending === null ? "–" : formatDuration(now - pending.createdAt)}
          </Stat>
          <Stat name="Dead letters" note="wait for a decision" tone={dead > 0 ? "bad" : "plain"}>
            {formatCount(dead)}
          </Stat>
          <Stat
            name="Plugins in trouble"
            note={`of ${formatCount(plugins.length)}`}
            tone={troubled > 0 ? "bad" : "plain"}
          >
            {formatCount(troubled)}
          </Stat>
        </dl>
        {pauses.length > 0 && (
          <section class="card" id="pauses" data-live aria-labelledby="pauses-title">
            <div class="card-head">
              <h2 id="pauses-title">Held back</h2>
            </div>
            <PauseList pauses={pauses} now={now} role={principal.role} to="/" />
          </section>
        )}
        <ActivityCharts columns={activity.columns} range={range} path="/" withEvents />
        <section class="card" id="plugins" data-live aria-labelledby="plugins-title">
          <div class="card-head">
            <h2 id="plugins-title">Plugins</h2>
            <a href="/plugins">All {formatCount(plugins.length)}</a>
          </div>
          {plugins.length === 0 ? (
            <Empty title="No plugins yet">
              Put one into <code>plugins/</code> and deploy, or upload one with <code>npx kili-edge push</code>.
            </Empty>
          ) : (
            <PluginRows plugins={plugins.toSorted(byTrouble).slice(0, SHOWN_PLUGINS)} now={now} />
          )}
        </section>
        <section class="card" id="changes" data-live aria-labelledby="changes-title">
          <div class="card-head">
            <h2 id="changes-title">What changed lately</h2>
          </div>
          <ChangeList rows={changes} now={now} />
        </section>
      </>
    ),
  });
}
