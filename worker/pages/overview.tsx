// The overview: is all well, and if not, where to look. Failing plugins come first.
import { findOldestPending } from "../store/find-oldest-pending.ts";
import { listChanges } from "../store/list-changes.ts";
import { listDeliveries } from "../store/list-deliveries.ts";
import { summarizePlugins } from "../store/summarize-plugins.ts";
import { ChangeLine } from "./change-line.tsx";
import { Empty } from "./empty.tsx";
import { formatCount } from "./format-count.ts";
import { formatDuration } from "./format-duration.ts";
import { renderPage } from "./layout.tsx";
import type { PageContext } from "./page-env.ts";
import { byTrouble } from "./plugin-trouble.ts";
import { PluginRows } from "./plugin-rows.tsx";

const SHOWN_PLUGINS = 8;
const SHOWN_CHANGES = 8;
const MANY_PLUGINS = 200;
export const RECENT_RUNS = 50;

/** Answers `GET /`. */
export async function showOverview(c: PageContext): Promise<Response> {
  const { DB } = c.env;
  const { now } = c.var;
  const noFilter = { eventId: null, pluginName: null, projectId: null, state: "dead" } as const;
  const [plugins, changes, pending, dead] = await Promise.all([
    summarizePlugins(DB, { first: MANY_PLUGINS, skip: 0 }, RECENT_RUNS),
    listChanges(DB, SHOWN_CHANGES),
    findOldestPending(DB),
    listDeliveries(DB, noFilter, { first: 100, skip: 0 }),
  ]);
  const failing = plugins.filter((plugin) => plugin.status === "FAILED" || plugin.okRuns < plugin.runs).length;
  return renderPage(c, {
    title: "Overview",
    live: true,
    children: (
      <>
        <div class="page-head">
          <h1>Overview</h1>
        </div>
        <dl class="stats" id="stats" data-live>
          <Stat name="Plugins">{formatCount(plugins.length)}</Stat>
          <Stat name="With failures" tone={failing > 0 ? "bad-text" : ""}>
            {formatCount(failing)}
          </Stat>
          <Stat name="Dead letters" tone={dead.length > 0 ? "bad-text" : ""}>
            {dead.length === 100 ? "100+" : formatCount(dead.length)}
          </Stat>
          <Stat name="Oldest pending">{pending === null ? "none" : formatDuration(now - pending.createdAt)}</Stat>
        </dl>
        <section class="card" id="plugins" data-live aria-labelledby="plugins-title">
          <div class="card-head">
            <h2 id="plugins-title">Plugins</h2>
            <a href="/plugins">All {formatCount(plugins.length)}</a>
          </div>
          {plugins.length === 0 ? (
            <Empty title="No plugins yet">
              Put one into <code>plugins/</code>, or upload one with <code>npx kili-edge push</code>.
            </Empty>
          ) : (
            <PluginRows plugins={plugins.toSorted(byTrouble).slice(0, SHOWN_PLUGINS)} now={now} />
          )}
        </section>
        <section class="card" id="changes" data-live aria-labelledby="changes-title">
          <div class="card-head">
            <h2 id="changes-title">What changed lately</h2>
          </div>
          {changes.length === 0 ? (
            <Empty title="Nothing yet" />
          ) : (
            <ol class="list">
              {changes.map((row) => (
                <ChangeLine row={row} now={now} />
              ))}
            </ol>
          )}
        </section>
      </>
    ),
  });
}

function Stat({ name, tone = "", children }: { name: string; tone?: string; children: string }) {
  return (
    <div class="stat">
      <dt>{name}</dt>
      <dd class={tone}>{children}</dd>
    </div>
  );
}
