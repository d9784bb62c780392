// A table of plugins.
import type { PluginSummary } from "../store/summarize-plugins.ts";
import { Ago } from "./ago.tsx";
import { formatCount } from "./format-count.ts";
import { pluginPath } from "./paths.ts";
import { PluginPill } from "./plugin-pill.tsx";

interface PluginRowsProps {
  readonly plugins: readonly PluginSummary[];
  readonly now: number;
}

/** As many project ids as a row has room for. */
const SHOWN_PROJECTS = 2;

export function PluginRows({ plugins, now }: PluginRowsProps) {
  return (
    <div class="scroll" tabindex={0} role="region" aria-label="Table of plugins">
      <table>
        <thead>
          <tr>
            <th>Plugin</th>
            <th>State</th>
            <th class="num">Latest runs</th>
            <th class="wide-only">On</th>
            <th class="num wide-only">Last run</th>
          </tr>
        </thead>
        <tbody>
          {plugins.map((plugin) => (
            <tr>
              <td class="main">
                <a href={pluginPath(plugin.name)}>{plugin.name}</a>{" "}
                {plugin.version !== null && <span class="muted">{plugin.version}</span>}
                {plugin.description && <span class="sub">{plugin.description}</span>}
              </td>
              <td>
                <PluginPill status={plugin.status} version={plugin.version} />
              </td>
              <td class="num">
                <RecentRuns plugin={plugin} />
              </td>
              <td class="wide-only">
                <Projects ids={plugin.projectIds} />
              </td>
              <td class="num wide-only">
                {plugin.lastRunAt === null ? <span class="muted">never</span> : <Ago at={plugin.lastRunAt} now={now} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RecentRuns({ plugin: { runs, okRuns } }: { readonly plugin: PluginSummary }) {
  if (runs === 0) return <span class="muted">none</span>;
  const failed = runs - okRuns;
  if (failed === 0)
    return (
      <span class="good-text">
        {runs} of {runs} ok
      </span>
    );
  return (
    <span class="bad-text">
      {formatCount(failed)} of {runs} failed
    </span>
  );
}

function Projects({ ids }: { readonly ids: readonly string[] }) {
  if (ids.length === 0) return <span class="muted">no project</span>;
  if (ids.includes("*")) return <>all projects</>;
  const more = ids.length - SHOWN_PROJECTS;
  return (
    <span class="tags">
      {ids.slice(0, SHOWN_PROJECTS).map((id) => (
        <span class="tag">{id}</span>
      ))}
      {more > 0 && <span class="muted">+{more}</span>}
    </span>
  );
}
